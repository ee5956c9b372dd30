package dev.reveille.session.kept;

import dev.reveille.cancellation.CancelTarget;
import dev.reveille.session.relay.Link;
import java.util.Optional;

/**
 * A connection that was kept, in the hands of the session that takes it: logged in, with nothing under way.
 *
 * @param link to be given to a wire, or to be closed
 * @param parameters what the client is to hear of the compute
 * @param cancelTarget what it takes to cancel on it; absent where the compute gave no key
 * @param openedAtNanos when the compute let it in
 * @param inDoubt whether it rested so long that the compute is to be asked first
 */
public record Found(
        Link link,
        ParameterValues parameters,
        Optional<CancelTarget> cancelTarget,
        long openedAtNanos,
        boolean inDoubt) {}
