package dev.reveille.session.kept;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.startup.StartupMessage;
import org.apache.pekko.util.ByteString;

/**
 * Which sessions are the same to a compute: those that log in to the same endpoint with the same secret and the very same
 * start-up message, so role, database and all parameters.
 *
 * @param storedKey stands for the role's present secret, as it does in its verifier: who logs in after it was changed finds
 *     nothing
 * @param startup what the compute was told
 */
public record KeptKey(EndpointKey endpoint, ByteString storedKey, StartupMessage startup) {

    /** The key of a session that logs in to its compute with {@code keys}, which are not kept. */
    public static KeptKey of(EndpointKey endpoint, ScramKeys keys, StartupMessage startup) {
        return new KeptKey(endpoint, keys.storedKey(), startup);
    }

    @Override
    public String toString() {
        return "KeptKey[%s, ***, %s]".formatted(endpoint, startup);
    }
}
