package dev.reveille.gateway.sql;

import dev.reveille.session.statement.StatementListener.Origin;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Where the time of a request went, as the header {@code Server-Timing} tells browsers (W3C, Server Timing): proving who it
 * is, coming by a connection, and the statements. Used in its request's turns.
 */
final class Timing {

    private static final double NANOS_IN_MILLI = 1_000_000;

    private final long begun = System.nanoTime();
    private long proven;
    private long ordered;
    private long reached;
    private Optional<Origin> origin = Optional.empty();

    void proven() {
        proven = System.nanoTime();
    }

    void ordered() {
        ordered = System.nanoTime();
    }

    void reached(Origin how) {
        reached = System.nanoTime();
        origin = Optional.of(how);
    }

    /** Once the connection was reached. */
    HttpHeader header() {
        StringBuilder text = new StringBuilder(80).append("auth;dur=");
        append(text, proven - begun);
        text.append(", connect;desc=\"").append(word()).append("\";dur=");
        append(text, reached - ordered);
        text.append(", query;dur=");
        append(text, System.nanoTime() - reached);
        return RawHeader.create("Server-Timing", text.toString());
    }

    /** Since the request came. */
    long micros() {
        return (System.nanoTime() - begun) / 1_000;
    }

    private String word() {
        return origin.map(how -> switch (how) {
                    case POOLED -> "pooled";
                    case OPENED -> "opened";
                    case WOKEN -> "woken";
                })
                .orElse("none");
    }

    /** Milliseconds, to the hundredth. */
    private static void append(StringBuilder text, long nanos) {
        long hundredths = Math.round(nanos * 100 / NANOS_IN_MILLI);
        text.append(hundredths / 100).append('.').append(hundredths % 100 / 10).append(hundredths % 10);
    }
}
