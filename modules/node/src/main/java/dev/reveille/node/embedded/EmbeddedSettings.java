package dev.reveille.node.embedded;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the embedded control plane may do.
 *
 * @param data where everything is kept; made when it is missing
 * @param idle how long a server runs on after the last session has gone
 * @param postgres where PostgreSQL's programs may come from
 * @param endpointsMax how many endpoints may exist; a wake that would make one more is refused
 * @param connectionsMax how many connections each server takes ({@code max_connections}), for endpoints made from now on
 * @param startsAtOnceMax how many servers may be in the middle of starting; more wait their turn
 * @param makeDeadline how long {@code initdb} and each other program that prepares a data directory may take
 * @param startDeadline how long a server may take from its start until it is ready, recovery after a crash included
 * @param stopDeadline how long each degree of asking a server to stop may take, before the next one
 */
public record EmbeddedSettings(
        Path data,
        Duration idle,
        PostgresSource postgres,
        int endpointsMax,
        int connectionsMax,
        int startsAtOnceMax,
        Duration makeDeadline,
        Duration startDeadline,
        Duration stopDeadline) {

    private static final int ENDPOINTS_MAX = 1_000;
    private static final int CONNECTIONS_MAX = 300;
    private static final int STARTS_AT_ONCE_MAX = 8;
    private static final Duration MAKE_DEADLINE = Duration.ofSeconds(60);
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);

    /** Where PostgreSQL's programs may come from. */
    public enum PostgresSource {
        /** From the machine where it has them, and from the archive otherwise. */
        ANYWHERE,
        /** From {@code PATH} or Debian's versioned directories. */
        MACHINE,
        /** From the archive on the class path, unpacked into the data directory. */
        ARCHIVE
    }

    public EmbeddedSettings {
        data = data.toAbsolutePath().normalize();
        boolean sensible = idle.isPositive()
                && endpointsMax > 0
                && connectionsMax > 0
                && startsAtOnceMax > 0
                && makeDeadline.isPositive()
                && startDeadline.isPositive()
                && stopDeadline.isPositive();
        if (!sensible) {
            throw new IllegalArgumentException("times and limits of the embedded control plane must be positive");
        }
    }

    /** The defaults, for a directory and an idle time. */
    public static EmbeddedSettings of(Path data, Duration idle) {
        return new EmbeddedSettings(
                data,
                idle,
                PostgresSource.ANYWHERE,
                ENDPOINTS_MAX,
                CONNECTIONS_MAX,
                STARTS_AT_ONCE_MAX,
                MAKE_DEADLINE,
                START_DEADLINE,
                STOP_DEADLINE);
    }

    /** These settings, with PostgreSQL from {@code source} only. */
    public EmbeddedSettings withPostgres(PostgresSource source) {
        return new EmbeddedSettings(
                data,
                idle,
                source,
                endpointsMax,
                connectionsMax,
                startsAtOnceMax,
                makeDeadline,
                startDeadline,
                stopDeadline);
    }

    /** These settings, with another limit on endpoints. */
    public EmbeddedSettings withEndpointsMax(int max) {
        return new EmbeddedSettings(
                data, idle, postgres, max, connectionsMax, startsAtOnceMax, makeDeadline, startDeadline, stopDeadline);
    }
}
