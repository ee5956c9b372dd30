package dev.reveille.session.visit;

import static dev.reveille.session.LogText.printable;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.reception.Arrival;
import dev.reveille.session.relay.RelaySummary;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** The one line that each session leaves in the log. Names and reasons, never what was said. */
final class SessionLog {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private SessionLog() {}

    static void refused(ClientConnection connection, Optional<Arrival> arrival, SessionFailure failure) {
        LoggingEventBuilder event = LOG.atLevel(
                        failure.blame() == SessionFailure.Blame.CLIENT ? Level.INFO : Level.WARN)
                .addKeyValue("session", connection.id())
                .addKeyValue("client", ClientConnection.text(connection.client()));
        if (arrival.isPresent()) {
            event = event.addKeyValue("role", printable(arrival.get().role().value()));
            Optional<EndpointId> endpoint = arrival.get().endpoint();
            event = endpoint.isPresent() ? event.addKeyValue("endpoint", endpoint.get()) : event;
        }
        event.addKeyValue("sqlstate", printable(failure.sqlState()))
                .addKeyValue("blame", failure.blame())
                .addKeyValue("reason", printable(failure.logText()))
                .log("login refused");
    }

    static void left(ClientConnection connection, String reason) {
        LOG.atInfo()
                .addKeyValue("session", connection.id())
                .addKeyValue("client", ClientConnection.text(connection.client()))
                .addKeyValue("reason", printable(reason))
                .log("connection closed before login");
    }

    static void ended(Guest guest, RelaySummary summary) {
        LOG.atInfo()
                .addKeyValue("session", guest.id())
                .addKeyValue("client", ClientConnection.text(guest.client()))
                .addKeyValue("endpoint", guest.endpoint())
                .addKeyValue("role", printable(guest.role().value()))
                .addKeyValue("end", summary.end())
                .addKeyValue("queries", summary.queries())
                .addKeyValue("bytes_in", summary.bytesToCompute())
                .addKeyValue("bytes_out", summary.bytesToClient())
                .log("session ended");
    }
}
