package dev.reveille.session.kept;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.startup.StartupMessage;
import java.time.Duration;

/**
 * Whose compute connections are kept, how many, and for how long.
 *
 * @param whose sessions whose connections are kept
 * @param restingMaxOfEndpoint connections of one endpoint that may wait for a session, on all loops together
 * @param restingMaxOfNode the same for all endpoints together
 * @param restMax how long one may wait before it is closed
 * @param lifeMax how long after its login a connection is closed when its session ends: by then the compute may have other
 *     defaults for its role
 * @param checkAfter how long one may wait and be believed to be alive; one that waited longer is asked first
 * @param checkMax how long it may take to say that it is
 * @param resetMax how long one may take to forget its last session, and up to a second more
 * @param goodbyeMax how long a client that has said Terminate may take to close, before it is closed
 */
public record KeepSettings(
        Whose whose,
        int restingMaxOfEndpoint,
        int restingMaxOfNode,
        Duration restMax,
        Duration lifeMax,
        Duration checkAfter,
        Duration checkMax,
        Duration resetMax,
        Duration goodbyeMax) {

    /** Sessions whose connections are kept. */
    public enum Whose {
        NOBODY,
        /** Those that name their endpoint with {@code -pooler} behind it. */
        POOLER,
        EVERYBODY
    }

    /** What holds unless somebody says otherwise. */
    public static final KeepSettings DEFAULTS = new KeepSettings(
            Whose.POOLER,
            20,
            20_000,
            Duration.ofMinutes(10),
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofMillis(200));

    private static final String REPLICATION = "replication";

    /** The same limits for others. */
    public KeepSettings keepingFor(Whose others) {
        return new KeepSettings(
                others,
                restingMaxOfEndpoint,
                restingMaxOfNode,
                restMax,
                lifeMax,
                checkAfter,
                checkMax,
                resetMax,
                goodbyeMax);
    }

    /**
     * Whether a session that logs in like this leaves its connection behind: not where the client chose among the endpoint's
     * computes for itself alone, and not where it replicates.
     */
    public boolean keeps(EndpointKey endpoint, StartupMessage startup) {
        boolean asked = switch (whose) {
            case NOBODY -> false;
            case POOLER -> endpoint.endpoint().isPooler();
            case EVERYBODY -> true;
        };
        return asked && endpoint.isShared() && startup.text(REPLICATION).isEmpty();
    }
}
