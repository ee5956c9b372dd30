package dev.reveille.gateway.websocket;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.session.ClientConnection.Milestone;
import dev.reveille.session.SessionId;
import dev.reveille.session.relay.Link;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket that carries WebSocket frames, as a link that carries their payload (spec 03 §3.2, §3.3, §3.8). Pings are
 * answered on the spot, whether or not anybody takes what was received; the peer is pinged in silence, and taken for
 * broken when it shows no sign of life. Every end says why in a close frame, and waits a moment for the peer's, so that
 * what was said before is not lost. Runs on its socket's loop only.
 */
public final class WebSocketLink implements Link {

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketLink.class);

    private static final ByteString NOTHING = ByteString.emptyByteString();

    /** The clock looks so often in each interval of silence. */
    private static final int LOOKS = 2;

    private final Link socket;
    private final EventLoop loop;
    private final WebSocketSettings settings;
    private final SessionId session;
    private final FrameReader reader = new FrameReader(new Incoming());

    private Runnable changed = () -> {};
    private ByteString first;
    private ByteString held = NOTHING;
    private Optional<ByteString> pongDue = Optional.empty();
    private Future<?> clock;
    private CloseCode closeCode = CloseCode.NORMAL;
    private int quietLooks;
    private int unanswered;
    private boolean loggedIn;
    private boolean peerClosed;
    private boolean broken;
    private boolean dead;
    private boolean closeSent;
    private boolean over;
    private boolean socketLeft;

    /**
     * @param socket open already; this link takes it over when it is opened itself
     * @param first what was received already
     */
    public WebSocketLink(Link socket, ByteString first, EventLoop loop, WebSocketSettings settings, SessionId session) {
        this.socket = socket;
        this.first = first;
        this.loop = loop;
        this.settings = settings;
        this.session = session;
    }

    /** The session has come this far: decides which close code its end will have. */
    public void hear(Milestone milestone) {
        switch (milestone) {
            case LOGGED_IN -> loggedIn = true;
            case LEAVING -> closeCode = CloseCode.SERVICE_RESTART;
            case OVERLOADED -> closeCode = CloseCode.TRY_AGAIN_LATER;
        }
    }

    // ---- the link ----

    @Override
    public void open(Runnable listener) {
        changed = listener;
        long every = settings.pingEvery().dividedBy(LOOKS).toNanos();
        clock = loop.scheduleAtFixedRate(this::look, every, every, TimeUnit.NANOSECONDS);
        boolean early = !first.isEmpty();
        if (early) {
            reader.hear(first.toArray());
            first = NOTHING;
        }
        socket.open(this::socketChanged);
        if (early) {
            changed.run();
        }
    }

    @Override
    public ByteString take() {
        if (over) {
            return NOTHING;
        }
        ByteString taken = held;
        held = NOTHING;
        read();
        return taken;
    }

    @Override
    public Condition condition() {
        if (!held.isEmpty()) {
            return Condition.OPEN;
        }
        if (broken || dead) {
            return Condition.FAILED;
        }
        return peerClosed ? Condition.FINISHED : socket.condition();
    }

    @Override
    public boolean ready() {
        return closeSent || socket.ready();
    }

    @Override
    public void send(ByteString bytes) {
        if (!closeSent) {
            quietLooks = 0;
            socket.send(Frames.binary(bytes));
        }
    }

    @Override
    public void finishSending() {
        sendClose(Frames.closing(closeCode));
    }

    @Override
    public void close() {
        over = true;
        held = NOTHING;
        clock.cancel(false);
        sendClose(Frames.closing(closeCode));
        // Closing with unread input would make TCP throw our last words away.
        clock = loop.schedule(this::leaveSocket, settings.closeMax().toNanos(), TimeUnit.NANOSECONDS);
        awaitPeersClose();
    }

    @Override
    public void abort() {
        if (broken) {
            close(); // Broken by the peer, but it may still hear why.
        } else {
            over = true;
            socketLeft = true;
            clock.cancel(false);
            socket.abort();
        }
    }

    // ---- the socket ----

    private void socketChanged() {
        if (socketLeft) {
            return;
        }
        if (over) {
            awaitPeersClose();
            return;
        }
        read();
        if (pongDue.isPresent() && socket.ready()) {
            answer(pongDue.get());
        }
        changed.run();
    }

    private void read() {
        while (held.size() < settings.heldMax() && !peerClosed && !broken) {
            ByteString chunk = socket.take();
            if (chunk.isEmpty()) {
                return;
            }
            unanswered = 0;
            reader.hear(chunk.toArrayUnsafe());
        }
    }

    private void awaitPeersClose() {
        ByteString chunk = socket.take();
        while (!chunk.isEmpty()) {
            reader.hear(chunk.toArrayUnsafe());
            chunk = socket.take();
        }
        if (peerClosed || socket.condition() != Condition.OPEN) {
            leaveSocket();
        }
    }

    private void leaveSocket() {
        if (!socketLeft) {
            socketLeft = true;
            clock.cancel(false);
            socket.close();
        }
    }

    /** Now and then: whether the peer has to be asked for a sign of life. */
    private void look() {
        quietLooks++;
        if (quietLooks < LOOKS || over || closeSent) {
            return;
        }
        quietLooks = 0;
        if (unanswered >= settings.unansweredMax()) {
            LOG.atInfo().addKeyValue("session", session).log("websocket: the client shows no sign of life");
            dead = true;
            clock.cancel(false);
            changed.run();
        } else {
            unanswered++;
            socket.send(Frames.ping());
        }
    }

    private void sendClose(ByteString payload) {
        if (!closeSent) {
            closeSent = true;
            socket.send(Frames.close(payload));
        }
    }

    /** What the frames bring. */
    private final class Incoming implements FrameReader.Listener {

        @Override
        public void data(ByteString bytes) {
            if (!over) {
                held = held.isEmpty() ? bytes : held.concat(bytes);
            }
        }

        @Override
        public void ping(ByteString payload) {
            if (socket.ready()) {
                answer(payload);
            } else {
                pongDue = Optional.of(payload); // Only the last of several pings needs an answer.
            }
        }

        @Override
        public void pong() {
            // That bytes came was the sign of life.
        }

        @Override
        public void closed(ByteString payload) {
            peerClosed = true;
            sendClose(echo(payload));
        }

        @Override
        public void violated(CloseCode code, String reason) {
            broken = true;
            LOG.atInfo().addKeyValue("session", session).log("websocket: broken by the client: " + reason);
            if (!closeSent && !loggedIn) {
                ErrorFields fields = ErrorFields.of("FATAL", "08P01", "not PostgreSQL inside a WebSocket: " + reason)
                        .withDetail("Session " + session + ".")
                        .withHint("Send binary frames.");
                socket.send(Frames.binary(new ErrorResponse(fields).encode()));
            }
            sendClose(Frames.closing(code));
        }
    }

    private void answer(ByteString payload) {
        pongDue = Optional.empty();
        if (!closeSent) {
            socket.send(Frames.pong(payload));
        }
    }

    /** Its own words with the code for a good end, as the reference answers; a bad close frame is told so. */
    private static ByteString echo(ByteString payload) {
        if (payload.isEmpty()) {
            return payload;
        }
        boolean valid = payload.size() >= Short.BYTES
                && CloseCode.isValid(Short.toUnsignedInt(payload.asByteBuffer().getShort()))
                && isUtf8(payload.drop(Short.BYTES));
        return valid
                ? Frames.closing(CloseCode.NORMAL).concat(payload.drop(Short.BYTES))
                : Frames.closing(CloseCode.PROTOCOL_ERROR);
    }

    private static boolean isUtf8(ByteString text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text.toArray()));
            return true;
        } catch (CharacterCodingException notUtf8) {
            return false;
        }
    }
}
