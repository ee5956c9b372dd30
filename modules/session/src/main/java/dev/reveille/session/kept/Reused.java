package dev.reveille.session.kept;

import dev.reveille.session.relay.Link;

/**
 * A connection that was kept, in the hands of the session that takes it: logged in, with nothing under way.
 *
 * @param link to be given to a wire
 * @param lease the session's hold on it
 * @param inDoubt whether it rested so long that the compute is to be asked first
 */
public record Reused(Link link, Lease lease, boolean inDoubt) {}
