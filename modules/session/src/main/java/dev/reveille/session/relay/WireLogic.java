package dev.reveille.session.relay;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.startup.StartupPacket;
import dev.reveille.session.relay.RelaySummary.End;
import java.util.function.Consumer;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.util.ByteString;

/**
 * The life of one wire.
 *
 * <pre>
 *   dialogue ──relay──▶ relaying ──▶ ended
 *       └──────finish──────────────────▲
 * </pre>
 *
 * In the dialogue bytes are held until the session asks for a message. While relaying a chunk is taken from one end only
 * when the other wants it, so nothing is held and a slow reader slows its writer.
 */
final class WireLogic extends GraphStageLogic implements InHandler, OutHandler {

    /** Bytes that may wait in a dialogue for the session to ask for them. */
    private static final int HELD_MAX = 64 * 1024;

    /** Not listening. */
    private static final int DEAF = -1;

    private static final ByteString NOTHING = ByteString.emptyByteString();

    private final FlowShape<ByteString, ByteString> client;
    private final Consumer<WireEvent> session;
    private final Wire wire;
    private final AsyncCallback<ComputeEnd> computeBell;

    private ByteString fromClient = NOTHING;
    private ByteString toClient = NOTHING;
    private int startupMax = DEAF;
    private int clientMax = DEAF;
    private boolean finishing;
    private boolean ended;
    private ByteString lastWords = NOTHING;
    private ComputeEnd compute;
    private Traffic traffic;

    WireLogic(FlowShape<ByteString, ByteString> client, Consumer<WireEvent> session) {
        super(client);
        this.client = client;
        this.session = session;
        this.wire = new Wire(createAsyncCallback(order -> {
            if (!ended) {
                order.accept(this);
            }
        }));
        this.computeBell = createAsyncCallback(end -> {
            if (end == compute) {
                end.changed();
            }
        });
        setHandlers(client.in(), client.out(), this);
    }

    Wire wire() {
        return wire;
    }

    @Override
    public void preStart() {
        originalStage_$eq(null); // An idle session has no use for the plan of its stream.
    }

    @Override
    public void postStop() {
        if (!ended) {
            report(End.CLIENT_FAILED);
        }
        if (compute != null) {
            compute.link.abort();
        }
    }

    // ---- orders of the session ----

    void hearStartup(int bodyLengthMax) {
        startupMax = bodyLengthMax;
        offerClient();
    }

    void hearClient(int bodyLengthMax) {
        clientMax = bodyLengthMax;
        offerClient();
    }

    void tellClient(ByteString bytes) {
        if (toClient.isEmpty() && isAvailable(client.out())) {
            push(client.out(), bytes);
        } else {
            toClient = toClient.concat(bytes);
        }
    }

    void attach(Link link) {
        compute = new ComputeEnd(link);
        link.open(compute);
    }

    void detach() {
        if (compute != null) {
            ComputeEnd former = compute;
            compute = null;
            former.close();
        }
    }

    void hearCompute(int bodyLengthMax) {
        if (compute != null) {
            compute.listen(bodyLengthMax);
        }
    }

    void tellCompute(ByteString bytes) {
        if (compute != null) {
            compute.tell(bytes);
        }
    }

    void relay() {
        traffic = new Traffic();
        if (compute == null) {
            endRelay(End.COMPUTE_CLOSED);
            return;
        }
        ByteString early = fromClient;
        fromClient = NOTHING;
        if (!early.isEmpty()) {
            carryToCompute(early);
        }
        if (!ended) {
            compute.relay();
        }
        if (!ended) {
            wantFromClient();
        }
        // The client may have left just before the order to relay came.
        if (!ended && isClosed(client.out())) {
            clientFailed();
        } else if (!ended && isClosed(client.in())) {
            clientFinished();
        }
    }

    void finish(ByteString words) {
        if (!words.isEmpty()) {
            tellClient(words);
        }
        ended = true;
        close();
    }

    void sendAwayWhenIdle(ByteString words) {
        lastWords = words;
        leaveIfIdle();
    }

    void sendAway(ByteString words) {
        if (traffic != null && traffic.betweenFramesToClient()) {
            tellClient(words);
        }
        endRelay(End.SENT_AWAY);
    }

    boolean busy() {
        return traffic != null && traffic.busy();
    }

    void abort() {
        ended = true;
        failStage(new IllegalStateException("the session was aborted"));
    }

    // ---- the client's end ----

    @Override
    public void onPush() {
        ByteString chunk = grab(client.in());
        if (traffic != null) {
            carryToCompute(chunk);
            wantFromClient();
        } else {
            fromClient = fromClient.isEmpty() ? chunk : fromClient.concat(chunk);
            offerClient();
        }
    }

    @Override
    public void onPull() {
        if (!toClient.isEmpty()) {
            ByteString bytes = toClient;
            toClient = NOTHING;
            push(client.out(), bytes);
        } else if (finishing) {
            complete(client.out());
        } else if (traffic != null && compute != null) {
            compute.want();
        }
    }

    @Override
    public void onUpstreamFinish() {
        if (ended) {
            return;
        }
        if (traffic == null) {
            session.accept(new WireEvent.ClientLeft());
        } else {
            clientFinished();
        }
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
        clientFailed();
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
        clientFailed();
    }

    private void clientFinished() {
        boolean midQuery = traffic.busy() && !traffic.terminated();
        compute.finishSending();
        session.accept(midQuery ? new WireEvent.ClientHungUpMidQuery() : new WireEvent.ClientFinished());
    }

    private void clientFailed() {
        if (ended) {
            return;
        }
        if (traffic == null) {
            session.accept(new WireEvent.ClientLeft());
        } else {
            endRelay(traffic.terminated() ? End.CLIENT_TERMINATED : End.CLIENT_FAILED);
        }
    }

    private void offerClient() {
        if (startupMax != DEAF) {
            switch (StartupPacket.next(fromClient, startupMax)) {
                case Decoded.Complete<StartupPacket>(StartupPacket packet, ByteString rest) -> {
                    startupMax = DEAF;
                    fromClient = rest;
                    session.accept(new WireEvent.ClientOpened(packet));
                }
                case Decoded.Incomplete<StartupPacket> _ -> {}
                case Decoded.Malformed<StartupPacket>(String reason) -> {
                    startupMax = DEAF;
                    session.accept(new WireEvent.ClientBabbled(reason));
                }
            }
        } else if (clientMax != DEAF) {
            switch (Frame.next(fromClient, clientMax)) {
                case Decoded.Complete<Frame>(Frame message, ByteString rest) -> {
                    clientMax = DEAF;
                    fromClient = rest;
                    session.accept(new WireEvent.ClientSaid(message));
                }
                case Decoded.Incomplete<Frame> _ -> {}
                case Decoded.Malformed<Frame>(String reason) -> {
                    clientMax = DEAF;
                    session.accept(new WireEvent.ClientBabbled(reason));
                }
            }
        }
        // Reading on even when nobody listens is how a client that hangs up is noticed at once. The first read waits
        // for the first question: of a client that sends a request and hangs up, the request has to be heard first.
        if (clientMax != DEAF || fromClient.size() < HELD_MAX) {
            pullClient();
        }
    }

    private void pullClient() {
        if (!isClosed(client.in()) && !hasBeenPulled(client.in())) {
            pull(client.in());
        }
    }

    private void wantFromClient() {
        if (compute != null && compute.ready()) {
            pullClient();
        }
    }

    // ---- relaying ----

    private void carryToCompute(ByteString chunk) {
        traffic.toCompute(chunk);
        if (traffic.lost()) {
            if (traffic.betweenFramesToClient()) {
                tellClient(LastWords.CLIENT_BABBLED);
            }
            endRelay(End.CLIENT_BABBLED);
        } else {
            compute.tell(chunk);
        }
    }

    private void carryToClient(ByteString chunk) {
        traffic.toClient(chunk);
        tellClient(chunk);
        if (traffic.lost()) {
            endRelay(End.COMPUTE_BABBLED);
        } else {
            leaveIfIdle();
        }
    }

    private void leaveIfIdle() {
        if (!lastWords.isEmpty() && traffic != null && traffic.idle()) {
            tellClient(lastWords);
            endRelay(End.SENT_AWAY);
        }
    }

    private void computeEnded(End how) {
        if (traffic == null) {
            detach();
            session.accept(new WireEvent.ComputeLeft());
        } else if (traffic.terminated()) {
            endRelay(End.CLIENT_TERMINATED);
        } else if (isClosed(client.in())) {
            endRelay(End.CLIENT_CLOSED);
        } else {
            if (traffic.betweenFramesToClient() && !traffic.computeSaidWhy()) {
                tellClient(LastWords.COMPUTE_GONE);
            }
            endRelay(how);
        }
    }

    private void endRelay(End end) {
        report(end);
        close();
    }

    private void report(End end) {
        ended = true;
        Traffic seen = traffic == null ? new Traffic() : traffic;
        boolean computeIsThere = end != End.COMPUTE_CLOSED && end != End.COMPUTE_FAILED;
        session.accept(new WireEvent.RelayEnded(new RelaySummary(
                end, computeIsThere && seen.busy(), seen.bytesToCompute(), seen.bytesToClient(), seen.queries())));
    }

    private void close() {
        finishing = true;
        detach();
        if (!isClosed(client.in())) {
            cancel(client.in());
        }
        if (toClient.isEmpty() && !isClosed(client.out())) {
            complete(client.out());
        }
    }

    /** The compute's end, from attach to detach. Rings of the bell that come after it was let go are ignored. */
    private final class ComputeEnd implements Runnable {

        private final Link link;
        private ByteString fromCompute = NOTHING;
        private ByteString toCompute = NOTHING;
        private int messageMax = DEAF;
        private boolean sendingFinished;

        ComputeEnd(Link link) {
            this.link = link;
        }

        /** The link's bell: whatever it means is looked into in the stage's turn. */
        @Override
        public void run() {
            computeBell.invoke(this);
        }

        void changed() {
            if (!toCompute.isEmpty() && link.ready()) {
                ByteString bytes = toCompute;
                toCompute = NOTHING;
                link.send(bytes);
                if (sendingFinished) {
                    link.finishSending();
                }
            }
            if (traffic == null) {
                offer();
            } else {
                wantFromClient();
                want();
            }
        }

        void listen(int bodyLengthMax) {
            messageMax = bodyLengthMax;
            offer();
        }

        boolean ready() {
            return toCompute.isEmpty() && link.ready();
        }

        void tell(ByteString bytes) {
            if (ready()) {
                link.send(bytes);
            } else {
                toCompute = toCompute.concat(bytes);
            }
        }

        void relay() {
            ByteString early = fromCompute;
            fromCompute = NOTHING;
            if (!early.isEmpty()) {
                carryToClient(early);
            }
            want();
        }

        /** Carries on what the compute has said, if the client takes it. */
        void want() {
            if (compute == this && toClient.isEmpty() && isAvailable(client.out())) {
                ByteString chunk = link.take();
                if (!chunk.isEmpty()) {
                    carryToClient(chunk);
                }
            }
            if (compute == this) {
                lookForItsEnd();
            }
        }

        void finishSending() {
            sendingFinished = true;
            if (toCompute.isEmpty()) {
                link.finishSending();
            }
        }

        void close() {
            link.close();
        }

        private void lookForItsEnd() {
            switch (link.condition()) {
                case OPEN -> {}
                case FINISHED -> computeEnded(End.COMPUTE_CLOSED);
                case FAILED -> computeEnded(End.COMPUTE_FAILED);
            }
        }

        /** Hands over one message if one is wanted; what the compute said before it left is heard before its leaving. */
        private void offer() {
            while (messageMax != DEAF && compute == this) {
                switch (Frame.next(fromCompute, messageMax)) {
                    case Decoded.Complete<Frame>(Frame message, ByteString rest) -> {
                        messageMax = DEAF;
                        fromCompute = rest;
                        session.accept(new WireEvent.ComputeSaid(message));
                    }
                    case Decoded.Malformed<Frame>(String reason) -> {
                        messageMax = DEAF;
                        session.accept(new WireEvent.ComputeBabbled(reason));
                    }
                    case Decoded.Incomplete<Frame> _ -> {
                        ByteString chunk = link.take();
                        if (chunk.isEmpty()) {
                            lookForItsEnd();
                            return;
                        }
                        fromCompute = fromCompute.concat(chunk);
                    }
                }
            }
        }
    }
}
