package dev.reveille.node.settings;

import dev.reveille.gateway.sql.SqlSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the block {@code sql}. */
final class SqlReader {

    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MILLION = 1_000_000;
    private static final int KIB = 1024;
    private static final int GIB = 1024 * 1024 * 1024;
    private static final double MEMORY_MAX = 1024.0 * GIB;
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+");

    private SqlReader() {}

    static SqlSettings sql(Section sql) {
        SqlSettings defaults = SqlSettings.DEFAULTS;
        Duration statement = sql.duration("statement-timeout", Duration.ZERO, DAY);
        return new SqlSettings(
                sql.whole("request-bytes", KIB, GIB),
                sql.whole("answer-bytes", KIB, GIB),
                sql.whole("buffer-bytes", KIB, GIB),
                sql.whole("stream-bytes", KIB, GIB),
                (long) sql.number("memory-bytes", KIB, MEMORY_MAX),
                sql.duration("body-timeout", MOMENT, HOUR),
                sql.duration("reader-timeout", MOMENT, HOUR),
                defaults.authenticationMax(),
                statement.isZero() ? Optional.empty() : Optional.of(statement),
                sql.flag("pool-opt-in"),
                sql.list(
                        "origins",
                        text -> Optional.of(text)
                                .filter(origin -> ORIGIN.matcher(origin).matches()),
                        "an origin such as https://app.example.com, without a path"),
                sql.whole("proven-passwords", 0, MILLION),
                sql.duration("proven-for", MOMENT, HOUR),
                defaults.typesMax(),
                defaults.typesFor(),
                defaults.typeLookUpMax());
    }
}
