package dev.reveille.gateway.sql;

import static dev.reveille.session.LogText.printable;

import dev.reveille.gateway.sql.answer.SqlError;
import dev.reveille.gateway.sql.request.SqlHeaders;
import dev.reveille.session.SessionId;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What requests leave in the log: who, how much and how it ended; never statements, values or PostgreSQL's words. */
final class SqlLog {

    private static final Logger LOG = LoggerFactory.getLogger(SqlDoor.class);
    private static final int INTERNAL = 500;

    private SqlLog() {}

    static void answered(SessionId id, SqlHeaders headers, long rows, long bytes, long micros) {
        LOG.atDebug()
                .addKeyValue("request", id)
                .addKeyValue("endpoint", headers.connection().endpoint().endpoint())
                .addKeyValue("rows", rows)
                .addKeyValue("bytes", bytes)
                .addKeyValue("micros", micros)
                .log("statements answered");
    }

    static void refused(SessionId id, Optional<SqlHeaders> headers, SqlError error) {
        var event = LOG.atLevel(error.status() >= INTERNAL ? Level.WARN : Level.INFO)
                .addKeyValue("request", id);
        if (headers.isPresent()) {
            event = event.addKeyValue(
                    "endpoint", headers.get().connection().endpoint().endpoint());
        }
        event.addKeyValue("status", error.status())
                .addKeyValue("sqlstate", sqlState(error))
                .log("statements refused");
    }

    /** Why the caller hears so little. */
    static void cause(SessionId id, String text) {
        LOG.atWarn()
                .addKeyValue("request", id)
                .addKeyValue("reason", printable(text))
                .log("compute out of reach");
    }

    static void brokenOff(SessionId id, String reason) {
        LOG.atInfo()
                .addKeyValue("request", id)
                .addKeyValue("reason", printable(reason))
                .log("answer broken off");
    }

    static void fault(SessionId id, Throwable fault) {
        LOG.atError().addKeyValue("request", id).setCause(fault).log("a request for statements failed");
    }

    private static String sqlState(SqlError error) {
        return printable(error.sqlState());
    }
}
