package dev.reveille.session.visit;

import dev.reveille.session.ClientConnection;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.relay.RelaySummary;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The one line that each session leaves in the log. Names and reasons, never what was said. */
final class SessionLog {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private SessionLog() {}

    static void refused(ClientConnection connection, SessionFailure failure) {
        LOG.atLevel(failure.blame() == SessionFailure.Blame.CLIENT ? Level.INFO : Level.WARN)
                .addKeyValue("session", connection.id())
                .addKeyValue("client", text(connection.client()))
                .addKeyValue("sqlstate", failure.sqlState())
                .addKeyValue("blame", failure.blame())
                .addKeyValue("reason", printable(failure.logText()))
                .log("login refused");
    }

    static void left(ClientConnection connection, String reason) {
        LOG.atInfo()
                .addKeyValue("session", connection.id())
                .addKeyValue("client", text(connection.client()))
                .addKeyValue("reason", printable(reason))
                .log("connection closed before login");
    }

    static void ended(Guest guest, RelaySummary summary) {
        LOG.atInfo()
                .addKeyValue("session", guest.id())
                .addKeyValue("client", text(guest.client()))
                .addKeyValue("endpoint", guest.endpoint())
                .addKeyValue("role", printable(guest.role().value()))
                .addKeyValue("end", summary.end())
                .addKeyValue("queries", summary.queries())
                .addKeyValue("bytes_in", summary.bytesToCompute())
                .addKeyValue("bytes_out", summary.bytesToClient())
                .log("session ended");
    }

    /** Without a look at any name service. */
    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** A client chooses some of these words: it must not be able to write lines of its own. */
    private static String printable(String text) {
        return text.codePoints().anyMatch(Character::isISOControl) ? text.replaceAll("\\p{Cntrl}", "?") : text;
    }
}
