package dev.reveille.gateway.front;

import dev.reveille.session.ClientConnection;
import dev.reveille.session.ClientConnection.ClientTls;
import dev.reveille.session.ClientConnection.Door;
import dev.reveille.session.SessionId;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One client on its way through the door: what is known of it so far, the clock it runs against, and the two ways out.
 * It ends once, by admission or by refusal; whatever is reported later is ignored. Belongs to the channel's loop.
 */
final class Arrival {

    private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);

    private final Channel channel;
    private final FrontDoorSettings settings;
    private final Door door;
    private final long acceptedAtNanos;
    private final Consumer<Admitted> onAdmitted;
    private final SessionId id = SessionId.random();
    private InetSocketAddress client;
    private Optional<String> privateLink = Optional.empty();
    private Optional<Future<?>> clock = Optional.empty();
    private boolean ended;

    Arrival(
            Channel channel,
            FrontDoorSettings settings,
            Door door,
            long acceptedAtNanos,
            InetSocketAddress peer,
            Consumer<Admitted> onAdmitted) {
        this.channel = channel;
        this.settings = settings;
        this.door = door;
        this.acceptedAtNanos = acceptedAtNanos;
        this.client = peer;
        this.onAdmitted = onAdmitted;
    }

    FrontDoorSettings settings() {
        return settings;
    }

    boolean ended() {
        return ended;
    }

    void startClock() {
        long left = settings.loginTimeout().toNanos() - (System.nanoTime() - acceptedAtNanos);
        clock = Optional.of(channel.eventLoop()
                .schedule(() -> refuse("too slow: not through the door in time"), left, TimeUnit.NANOSECONDS));
    }

    /** The load balancer said whom it speaks for. */
    void introduced(InetSocketAddress client, Optional<String> privateLink) {
        this.client = client;
        this.privateLink = privateLink;
    }

    /** Hands the channel over. */
    void admit(Optional<ClientTls> tls, ByteString firstBytes) {
        if (end()) {
            ClientConnection connection =
                    new ClientConnection(id, door, client, tls, settings.tlsRequired(), privateLink, acceptedAtNanos);
            onAdmitted.accept(new Admitted(channel, connection, firstBytes));
        }
    }

    /** Closes without a word, for a reason that the client gave. */
    void refuse(String reason) {
        if (end()) {
            log(Level.INFO, "connection refused: " + reason);
            channel.close();
        }
    }

    /** Notes that TLS failed; the TLS engine sends its alert and closes. */
    void failed(String reason) {
        if (end()) {
            log(Level.INFO, "connection refused: " + reason);
        }
    }

    /** Closes without a word and without reproach: health checks, resets, clients that left. */
    void dismiss(String reason) {
        if (end()) {
            log(Level.DEBUG, "connection ended: " + reason);
            channel.close();
        }
    }

    private boolean end() {
        boolean first = !ended;
        ended = true;
        clock.ifPresent(running -> running.cancel(false));
        clock = Optional.empty();
        return first;
    }

    private void log(Level level, String message) {
        LOG.atLevel(level)
                .addKeyValue("session", id)
                .addKeyValue("client", ClientConnection.text(client))
                .log(message);
    }
}
