package dev.reveille.session.relay;

import dev.reveille.session.relay.RelaySummary.End;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.pekko.Done;
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
 * In the dialogue the client's bytes are held until the session asks for a message ({@link ClientDialogue}); afterwards they
 * pass ({@link Relay}). Here is what both need: the stream's ports, the {@link ComputeEnd}, and the end.
 */
final class WireLogic extends GraphStageLogic implements InHandler, OutHandler {

    private static final ByteString NOTHING = ByteString.emptyByteString();

    private final FlowShape<ByteString, ByteString> client;
    private final Consumer<WireEvent> session;
    private final Optional<Link> socket;
    private final boolean closesFirst;
    private final Duration lastWordsMax;
    private final AsyncCallback<Consumer<WireLogic>> orders;
    private final AsyncCallback<ComputeEnd> computeBell;

    private Optional<ClientDialogue> dialogue = Optional.of(new ClientDialogue());
    private ByteString toClient = NOTHING;
    private boolean finishing;
    private boolean ended;

    /** Null where none is attached. */
    private ComputeEnd compute;

    /** Null before the order to relay. */
    private Relay relay;

    WireLogic(
            FlowShape<ByteString, ByteString> client,
            Consumer<WireEvent> session,
            Optional<Link> socket,
            boolean closesFirst,
            Duration lastWordsMax) {
        super(client);
        this.client = client;
        this.session = session;
        this.socket = socket;
        this.closesFirst = closesFirst;
        this.lastWordsMax = lastWordsMax;
        this.orders = createAsyncCallback(order -> {
            if (!ended) {
                if (relay != null) {
                    relay.part();
                }
                order.accept(this);
                if (relay != null) {
                    relay.takeShortcut();
                }
            }
        });
        this.computeBell = createAsyncCallback(end -> {
            if (isAttached(end)) {
                end.changed();
            }
        });
        setHandlers(client.in(), client.out(), this);
    }

    Wire wire() {
        return new Wire(orders);
    }

    /** To be carried out in the stage's turn. */
    void orderLater(Consumer<WireLogic> order) {
        orders.invoke(order);
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
            compute.abort();
        }
    }

    // ---- orders of the session ----

    void hearStartup(int bodyLengthMax) {
        dialogue.ifPresent(client -> client.askForStartup(bodyLengthMax));
        hearClient();
    }

    void hearClient(int bodyLengthMax) {
        dialogue.ifPresent(client -> client.askForMessage(bodyLengthMax));
        hearClient();
    }

    void tellClient(ByteString bytes) {
        if (toClient.isEmpty() && isAvailable(client.out())) {
            push(client.out(), bytes);
        } else {
            toClient = toClient.concat(bytes);
        }
    }

    void attach(Link link) {
        compute = new ComputeEnd(this, link);
        compute.open();
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

    void relay(LinkKeeper afterwards) {
        relay = new Relay(this, afterwards, closesFirst);
        if (compute == null) {
            endRelay(End.COMPUTE_CLOSED);
            return;
        }
        ByteString early = dialogue.map(ClientDialogue::end).orElse(NOTHING);
        dialogue = Optional.empty();
        relay.begin(onlooker -> socket.flatMap(end -> compute.spliceWith(end, onlooker)), early);
    }

    void finish(ByteString words) {
        if (!words.isEmpty()) {
            tellClient(words);
        }
        ended = true;
        close();
    }

    void sendAwayWhenIdle(ByteString words) {
        if (relay != null) {
            relay.sendAwayWhenIdle(words);
        }
    }

    void sendAway(ByteString words) {
        if (relay != null) {
            relay.sendAway(words);
        } else {
            endRelay(End.SENT_AWAY);
        }
    }

    OptionalLong queryBegunBy(long nanos) {
        return relay == null ? OptionalLong.empty() : relay.queryBegunBy(nanos);
    }

    boolean holdNext(long query) {
        return relay != null && relay.holdNext(query);
    }

    void release() {
        if (relay != null) {
            relay.release();
        }
    }

    void abort() {
        ended = true;
        failStage(new IllegalStateException("the session was aborted"));
    }

    // ---- the client's end ----

    @Override
    public void onPush() {
        ByteString chunk = grab(client.in());
        if (relay != null) {
            relay.clientSaid(chunk);
        } else {
            dialogue.ifPresent(client -> client.add(chunk));
            hearClient();
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
        } else if (relay != null && compute != null) {
            compute.want();
            relay.takeShortcut();
        }
    }

    @Override
    public void onUpstreamFinish() {
        if (ended) {
            return;
        }
        if (relay == null) {
            session.accept(new WireEvent.ClientLeft());
        } else {
            relay.clientFinished();
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

    private void clientFailed() {
        if (ended) {
            return;
        }
        if (relay == null) {
            session.accept(new WireEvent.ClientLeft());
        } else {
            relay.clientFailed();
        }
    }

    private void hearClient() {
        dialogue.flatMap(ClientDialogue::answer).ifPresent(session);
        // Reading on even when nobody listens is how a client that hangs up is noticed at once. The first read waits
        // for the first question: of a client that sends a request and hangs up, the request has to be heard first.
        if (dialogue.filter(ClientDialogue::wantsMore).isPresent()) {
            pullClient();
        }
    }

    void pullClient() {
        if (!isClosed(client.in()) && !hasBeenPulled(client.in())) {
            pull(client.in());
        }
    }

    boolean clientHasFinished() {
        return isClosed(client.in());
    }

    boolean clientIsGone() {
        return isClosed(client.out());
    }

    // ---- what the compute's end asks and tells ----

    void ringFor(ComputeEnd end) {
        computeBell.invoke(end);
    }

    boolean isAttached(ComputeEnd end) {
        return end.equals(compute);
    }

    boolean relaying() {
        return relay != null;
    }

    boolean clientTakes() {
        return toClient.isEmpty() && isAvailable(client.out());
    }

    void report(WireEvent event) {
        session.accept(event);
    }

    void wantFromClient() {
        relay.wantFromClient();
    }

    void carryToClient(ByteString chunk) {
        relay.carryToClient(chunk);
    }

    void computeEnded(End how) {
        if (relay == null) {
            detach();
            session.accept(new WireEvent.ComputeLeft());
        } else {
            relay.computeEnded(how);
        }
    }

    // ---- what the relay does with the compute's end ----

    boolean computeIsReady() {
        return compute != null && compute.ready();
    }

    void relayFromCompute() {
        if (compute != null) {
            compute.relay();
        }
    }

    void finishSendingToCompute() {
        compute.finishSending();
    }

    /** Without a goodbye, where none is due. */
    void abortCompute() {
        compute.abort();
        compute = null;
    }

    /** Lets go of its link without closing it, where nothing is held. */
    Optional<Link> releaseCompute() {
        Optional<Link> released = compute == null ? Optional.empty() : compute.release();
        if (released.isPresent()) {
            compute = null;
        }
        return released;
    }

    // ---- the end ----

    boolean ended() {
        return ended;
    }

    /** Whether each end waits for the other, and nothing is on its way between them. */
    boolean waitsForBoth() {
        return !ended && hasBeenPulled(client.in()) && clientTakes() && computeIsReady();
    }

    void endRelay(End end) {
        report(end);
        close();
    }

    private void report(End end) {
        ended = true;
        session.accept(new WireEvent.RelayEnded(relay == null ? new Traffic().summary(end) : relay.summary(end)));
    }

    private void close() {
        finishing = true;
        detach();
        if (!isClosed(client.in())) {
            cancel(client.in());
        }
        if (isClosed(client.out())) {
            return;
        }
        if (toClient.isEmpty()) {
            complete(client.out());
        } else {
            giveUpLater();
        }
    }

    /** Somebody who reads nothing more would keep his socket for ever. */
    private void giveUpLater() {
        AsyncCallback<Done> overdue = createAsyncCallback(
                _ -> failStage(new IllegalStateException("the client does not read its last words")));
        materializer()
                .system()
                .scheduler()
                .scheduleOnce(
                        lastWordsMax,
                        () -> overdue.invoke(Done.getInstance()),
                        materializer().executionContext());
    }
}
