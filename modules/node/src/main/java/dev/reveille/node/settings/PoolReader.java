package dev.reveille.node.settings;

import dev.reveille.session.kept.KeepSettings;
import dev.reveille.session.pool.PoolSettings;
import dev.reveille.session.pool.TransactionSettings;
import java.time.Duration;

/** Reads the blocks about compute connections that sessions or requests share. */
final class PoolReader {

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MILLION = 1_000_000;
    private static final int POSTGRES_CONNECTIONS_MAX = 262_143;

    private PoolReader() {}

    static KeepSettings sessions(Section pooling) {
        KeepSettings defaults = KeepSettings.DEFAULTS;
        return new KeepSettings(
                pooling.choice("for", KeepSettings.Whose.class),
                pooling.whole("idle-max-of-endpoint", 0, POSTGRES_CONNECTIONS_MAX),
                pooling.whole("idle-max-of-node", 0, MILLION),
                pooling.duration("idle", MOMENT, DAY),
                pooling.duration("lifetime", MOMENT, DAY),
                pooling.duration("check-after", Duration.ZERO, DAY),
                defaults.checkMax(),
                defaults.resetMax(),
                defaults.goodbyeMax());
    }

    static PoolSettings pools(Section pools) {
        PoolSettings defaults = PoolSettings.DEFAULTS;
        return new PoolSettings(
                pools.whole("connections-max", 1, POSTGRES_CONNECTIONS_MAX),
                pools.whole("idle-max-of-endpoint", 0, POSTGRES_CONNECTIONS_MAX),
                pools.whole("idle-max-of-node", 0, MILLION),
                pools.duration("idle", MOMENT, DAY),
                pools.duration("wait-timeout", MOMENT, HOUR),
                pools.whole("waiters-max", 0, MILLION),
                defaults.useHold(),
                defaults.resetMax(),
                defaults.cancelWait(),
                defaults.messageLengthMax());
    }

    static TransactionSettings transactions(Section transactions) {
        return new TransactionSettings(
                transactions.duration("idle", MOMENT, HOUR),
                transactions.duration("total", MOMENT, DAY),
                transactions.whole("open-max-of-endpoint", 0, POSTGRES_CONNECTIONS_MAX),
                transactions.whole("open-max-of-node", 0, MILLION));
    }
}
