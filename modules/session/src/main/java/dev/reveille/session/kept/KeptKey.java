package dev.reveille.session.kept;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.startup.StartupMessage;

/**
 * Which sessions are the same to a compute: those that log in to the same endpoint with the same secret and the very same
 * start-up message, so role, database and all parameters.
 *
 * @param keys of the role's present secret: who logs in after it was changed finds nothing
 * @param startup what the compute was told
 */
public record KeptKey(EndpointKey endpoint, ScramKeys keys, StartupMessage startup) {}
