package dev.reveille.session.kept;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.startup.StartupMessage;
import org.apache.pekko.util.ByteString;

/**
 * What makes two sessions the same to a compute: the endpoint as the client named it, the secret, and the very same start-up
 * message, so role, database and all parameters.
 *
 * @param storedKey stands for the role's secret, as it does in its verifier: who logs in by a new one finds nothing
 * @param startup what the compute was told
 */
public record Likeness(EndpointKey endpoint, ByteString storedKey, StartupMessage startup) {

    /** That of a session which logs in to its compute with {@code keys}; those are not kept. */
    public static Likeness of(EndpointKey endpoint, ScramKeys keys, StartupMessage startup) {
        return new Likeness(endpoint, keys.storedKey(), startup);
    }

    @Override
    public String toString() {
        return "Likeness[%s, ***, %s]".formatted(endpoint, startup);
    }
}
