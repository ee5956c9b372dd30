package dev.reveille.gateway.web;

import dev.reveille.gateway.loops.SocketFlow;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.websocket.WebSocketLink;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.ClientConnection.Door;
import dev.reveille.session.ClientConnection.Upgrade;
import dev.reveille.session.SessionId;
import dev.reveille.session.relay.Link;
import dev.reveille.session.visit.Sessions;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

/**
 * One connection at the web door, and the link that HTTP's server layer sees of it.
 *
 * <pre>
 *   HEAD ──a request──▶ REQUEST ──its answer has left──▶ HEAD
 *    └── a request for a WebSocket ──▶ OVER for us; the socket carries a session
 * </pre>
 *
 * Between two requests this reads the next head by itself, and only then lets HTTP see it: so a WebSocket can begin on any
 * connection, also on one that has carried requests, and carries nothing of HTTP with it (decision 0010). HTTP gets one
 * request at a time; what a client sends ahead waits in the socket. Runs on the loop only.
 */
final class WebConnection implements Link {

    private enum Phase {
        HEAD,
        REQUEST,
        OVER
    }

    private static final ByteString NOTHING = ByteString.emptyByteString();

    private final WebLoop room;
    private final ClientConnection client;
    private final Link socket;
    private final WebClock clock;
    private final HeadReader head;

    /** As the log writes it with each request. */
    private final String clientText;

    private Phase phase = Phase.HEAD;
    private SessionId nextId;
    private ByteString forHttp = NOTHING;
    private ByteString ahead = NOTHING;
    private BodyBounds body = BodyBounds.ofLength(0);
    private Runnable http = () -> {};
    private boolean carried;
    private boolean lastAnswer;
    private boolean starved;
    private Turn turn;
    private long bytesSent;

    private WebConnection(WebLoop room, ClientConnection client, Link socket) {
        this.room = room;
        this.client = client;
        this.clientText = ClientConnection.text(client.client());
        this.socket = socket;
        this.nextId = client.id();
        this.clock = new WebClock(loop(), this::tooSlow);
        this.head = new HeadReader(room.settings().headLengthMax());
    }

    /**
     * Takes over a client that the front door admitted.
     *
     * @param first what was read of it already
     */
    static void begin(
            WebLoop room, ClientConnection client, SocketChannel channel, SocketSettings settings, ByteString first) {
        Link socket = room.loop().link(channel, settings, first);
        WebConnection connection = new WebConnection(room, client, socket);
        room.joined(connection);
        connection.clock.allow(room.settings().headMax());
        socket.open(connection::socketChanged);
    }

    // ---- for the stage that answers ----

    WebRequest begin(HttpRequest request) {
        turn = new Turn(nextId, request);
        nextId = SessionId.random();
        if (body.over()) {
            clock.stop();
        }
        watchForHangUp();
        return new WebRequest(request, turn.path(), turn.id(), client, room.materializer(), turn.clientGone());
    }

    WebHandler handler() {
        return room.handler();
    }

    Materializer materializer() {
        return room.materializer();
    }

    EventLoop loop() {
        return room.loop().eventLoop();
    }

    SessionId turnId() {
        return turn.id();
    }

    /** Whether the connection is to end behind the next answer. */
    boolean isLast() {
        lastAnswer |= room.draining() || body.isUnclear();
        return lastAnswer;
    }

    /** The answer is about to be sent. */
    void answer(int status, boolean whole) {
        turn.answered(status, whole);
        clock.allow(room.settings().stallMax());
    }

    /** The body of an answer that came in pieces has ended; what is left of it to be sent is in the stream. */
    void streamed() {
        Turn streaming = turn;
        loop().execute(() -> {
            if (turn != null && turn == streaming) {
                answerSent();
            }
        });
    }

    // ---- the socket ----

    private void socketChanged() {
        switch (phase) {
            case HEAD -> readHead();
            case REQUEST -> {
                watchForHangUp();
                http.run();
            }
            case OVER -> {}
        }
    }

    private void readHead() {
        ByteString chunk = ahead.isEmpty() ? socket.take() : ahead;
        ahead = NOTHING;
        if (chunk.isEmpty()) {
            if (socket.condition() != Condition.OPEN) {
                leave();
            }
            return;
        }
        boolean begins = !head.begun();
        switch (head.hear(chunk)) {
            case HeadReader.Partial() -> {
                if (begins) {
                    clock.allow(room.settings().headMax());
                }
                readHead(); // Behind what was sent ahead there may be more, of which nobody will tell again.
            }
            case HeadReader.TooLong() -> refuse(RawAnswer.HEAD_TOO_LONG);
            case HeadReader.Whole(RequestHead request, ByteString from, int length) -> {
                if (request.asksForWebSocket()) {
                    upgrade(request, from.drop(length));
                } else {
                    carry(request.body(), from, length);
                }
            }
        }
    }

    /** Lets HTTP see the request, and as much of its body as has come. */
    private void carry(BodyBounds bounds, ByteString from, int headLength) {
        body = bounds;
        int length = headLength + body.passing(from.drop(headLength));
        forHttp = from.take(length);
        ahead = from.drop(length);
        phase = Phase.REQUEST;
        bytesSent = 0;
        starved = false;
        // HTTP may find that it has seen no request yet where this has seen one, and wait for more.
        clock.allow(body.over() ? room.settings().headMax() : room.settings().bodyPauseMax());
        if (carried) {
            http.run();
        } else {
            carried = true;
            room.carry(this);
        }
    }

    /** A client may close its half and still want its answer, so it gets a moment. */
    private void watchForHangUp() {
        if (turn == null || turn.isDoubtful()) {
            return;
        }
        switch (socket.condition()) {
            case OPEN -> {}
            case FAILED -> turn.clientIsGone();
            case FINISHED -> {
                turn.doubt();
                loop().schedule(turn::clientIsGone, room.settings().hangUpMax().toNanos(), TimeUnit.NANOSECONDS);
            }
        }
    }

    private void answerSent() {
        turn.log(clientText, bytesSent);
        turn = null;
        phase = Phase.HEAD;
        if (lastAnswer || body.isUnclear()) {
            return; // HTTP closes the connection.
        }
        if (room.draining()) {
            leave();
            return;
        }
        Duration idle = room.settings().idleMax();
        clock.allow(WebClock.varied(idle));
        if (!body.over()) {
            lastAnswer = true; // HTTP has not read the body, and will close the connection.
        } else {
            readHead();
        }
    }

    // ---- a WebSocket ----

    private void upgrade(RequestHead request, ByteString behind) {
        switch (UpgradeRequest.judge(request, room.settings().allowedOrigins())) {
            case UpgradeRequest.Refused(RawAnswer answer) -> refuse(answer);
            case UpgradeRequest.Granted granted -> {
                SessionId id = nextId;
                socket.send(switching(granted.accept(), id));
                AccessLine.log(id, clientText, request.method(), path(request), 101, 0, 0);
                WebSocketLink link = new WebSocketLink(
                        socket, behind, loop(), room.settings().webSocket(), id);
                ClientConnection connection = new ClientConnection(
                        id,
                        Door.WEB_SOCKET,
                        client.client(),
                        client.tls(),
                        client.tlsRequired(),
                        client.privateLink(),
                        System.nanoTime(),
                        Optional.of(new Upgrade(
                                granted.host(), granted.address(), room.domains(client.tls()), link::hear)));
                end();
                room.admit(new Sessions.Admit(connection, SocketFlow.of(link), Optional.empty()));
            }
        }
    }

    private static ByteString switching(String accept, SessionId id) {
        return ByteString.fromString("""
                HTTP/1.1 101 Switching Protocols\r
                Connection: upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Accept: %s\r
                Neon-Request-Id: %s\r
                \r
                """.formatted(accept, id));
    }

    private static String path(RequestHead request) {
        String target = request.target();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    // ---- ends ----

    /** Answers by itself and closes. */
    private void refuse(RawAnswer answer) {
        ByteString bytes = answer.encode(nextId);
        AccessLine.log(nextId, clientText, "", "", answer.code(), bytes.size(), 0);
        socket.send(bytes);
        leave();
    }

    private void leave() {
        if (phase != Phase.OVER) {
            end();
            socket.close();
        }
    }

    /** The socket is no longer ours; HTTP, where it was ever here, sees the end of the connection. */
    private void end() {
        phase = Phase.OVER;
        clock.stop();
        if (turn != null) {
            turn.clientIsGone();
        }
        http.run();
        room.left(this);
    }

    void leaveIfIdle() {
        if (phase == Phase.HEAD) {
            leave();
        }
    }

    void leaveNow() {
        leave();
    }

    private void tooSlow() {
        switch (phase) {
            case HEAD -> {
                if (head.begun()) {
                    refuse(RawAnswer.HEAD_TOO_SLOW);
                } else {
                    leave();
                }
            }
            case REQUEST -> {
                if (turn != null && turn.isAnswered() && socket.ready()) {
                    clock.allow(room.settings().stallMax()); // It is not the client that is slow.
                } else if (turn != null && turn.isAnswered()) {
                    abort();
                } else if (turn != null && !starved) {
                    clock.allow(room.settings().bodyPauseMax()); // Nobody has asked for more of the body.
                } else {
                    refuse(RawAnswer.BODY_TOO_SLOW);
                }
            }
            case OVER -> {}
        }
    }

    // ---- the link that HTTP sees ----

    @Override
    public void open(Runnable changed) {
        http = changed;
    }

    @Override
    public ByteString take() {
        ByteString taken = forHttp;
        forHttp = NOTHING;
        if (!taken.isEmpty() || phase != Phase.REQUEST || body.over()) {
            return taken;
        }
        ByteString chunk = ahead.isEmpty() ? socket.take() : ahead;
        ahead = NOTHING;
        starved = chunk.isEmpty();
        if (starved) {
            return NOTHING;
        }
        int part = body.passing(chunk);
        ahead = chunk.drop(part);
        if (turn == null || !turn.isAnswered()) {
            if (body.over()) {
                clock.stop();
            } else {
                clock.allow(room.settings().bodyPauseMax());
            }
        }
        return chunk.take(part);
    }

    @Override
    public Condition condition() {
        return switch (phase) {
            case HEAD -> Condition.OPEN;
            case REQUEST -> forHttp.isEmpty() && ahead.isEmpty() ? socket.condition() : Condition.OPEN;
            case OVER -> Condition.FINISHED;
        };
    }

    @Override
    public boolean ready() {
        return phase == Phase.OVER || socket.ready();
    }

    @Override
    public void send(ByteString bytes) {
        if (phase == Phase.OVER) {
            return;
        }
        if (turn == null) {
            socket.send(unreadable(bytes));
            return;
        }
        bytesSent += bytes.size();
        socket.send(bytes);
        if (turn.isAnswered()) {
            if (turn.isWhole()) {
                answerSent();
            } else {
                clock.allow(room.settings().stallMax());
            }
        }
    }

    /** HTTP has found no request in what it got, says so, and will close. The answer gets the id that it lacks. */
    private ByteString unreadable(ByteString answer) {
        int line = answer.indexOf((byte) '\n') + 1;
        String[] status = answer.take(line).utf8String().split(" ");
        if (lastAnswer || status.length < 2 || !status[1].matches("[1-5]\\d\\d")) {
            return answer;
        }
        lastAnswer = true;
        AccessLine.log(nextId, clientText, "", "", Integer.parseInt(status[1]), answer.size(), 0);
        return answer.take(line)
                .concat(ByteString.fromString("Neon-Request-Id: " + nextId + "\r\n"))
                .concat(answer.drop(line));
    }

    @Override
    public void finishSending() {
        leave(); // Behind its last answer HTTP has nothing more to hear.
    }

    @Override
    public void close() {
        leave();
    }

    @Override
    public void abort() {
        if (phase != Phase.OVER) {
            end();
            socket.abort();
        }
    }
}
