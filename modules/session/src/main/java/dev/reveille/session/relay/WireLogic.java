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
 * In the dialogue the client's bytes are held until the session asks for a message ({@link ClientDialogue}). While relaying a chunk is taken from one end only
 * when the other wants it, so nothing is held and a slow reader slows its writer; and where both ends are plain sockets
 * they are left to each other whenever nothing is held and nothing is to be decided.
 * When the client has left, and nothing is under way, the compute's end may be left to a {@link LinkKeeper}.
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
    private ByteString heldBack = NOTHING;
    private ByteString toClient = NOTHING;
    private boolean finishing;
    private boolean ended;
    private boolean holding;
    private ByteString lastWords = NOTHING;
    private ComputeEnd compute;
    private Traffic traffic;

    /** Takes the compute's connection afterwards; null where nobody does. */
    private LinkKeeper keeper;

    private boolean givenAway;
    private Optional<Splice> splice = Optional.empty();

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
                splice.ifPresent(Splice::part);
                order.accept(this);
                takeShortcut();
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
        keeper = afterwards;
        traffic = new Traffic(afterwards);
        if (keeper != null) {
            keeper.relays();
        }
        if (compute == null) {
            endRelay(End.COMPUTE_CLOSED);
            return;
        }
        splice = socket.flatMap(end -> compute.spliceWith(end, new Shortcut(this, traffic)));
        ByteString early = dialogue.map(ClientDialogue::end).orElse(NOTHING);
        dialogue = Optional.empty();
        if (!early.isEmpty()) {
            carryToCompute(early);
        }
        if (!ended && compute != null) {
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
        if (givenAway) {
            endRelay(End.CLIENT_TERMINATED);
            return;
        }
        if (traffic != null && traffic.betweenFramesToClient()) {
            tellClient(words);
        }
        endRelay(End.SENT_AWAY);
    }

    OptionalLong queryBegunBy(long nanos) {
        boolean begun = traffic != null && traffic.hasBegunBy(nanos);
        return begun ? OptionalLong.of(traffic.queries()) : OptionalLong.empty();
    }

    /** What the client sends when the compute is ready is kept back until {@link #release}. */
    boolean holdNext(long query) {
        holding = traffic != null && traffic.busy() && traffic.queries() == query;
        return holding;
    }

    void release() {
        holding = false;
        if (!heldBack.isEmpty()) {
            ByteString next = heldBack;
            heldBack = NOTHING;
            carryToCompute(next);
            if (!ended && isClosed(client.in())) {
                clientFinished();
            } else if (!ended) {
                wantFromClient();
            }
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
        if (givenAway) {
            pullClient(); // It has said farewell: whatever else it says is for nobody.
        } else if (holding && !traffic.busy()) {
            heldBack = chunk; // Only this one: no more is asked for before it may pass.
            traffic.beginAhead();
        } else if (traffic != null) {
            carryToCompute(chunk);
            wantFromClient();
            takeShortcut();
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
        } else if (traffic != null && compute != null) {
            compute.want();
            takeShortcut();
        }
    }

    @Override
    public void onUpstreamFinish() {
        if (ended) {
            return;
        }
        if (traffic == null) {
            session.accept(new WireEvent.ClientLeft());
        } else if (heldBack.isEmpty()) {
            clientFinished();
        }
        // Otherwise it has finished when its last words have passed.
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
        if (givenAway || leaveToKeeper()) {
            endRelay(traffic.terminated() ? End.CLIENT_TERMINATED : End.CLIENT_CLOSED);
            return;
        }
        if (traffic.terminated() && !traffic.busy()) {
            // Nothing is under way, and neither side has anything left to say: no need to wait for a goodbye.
            compute.abort();
            compute = null;
            endRelay(End.CLIENT_TERMINATED);
            return;
        }
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
            leaveToKeeper();
            endRelay(traffic.terminated() ? End.CLIENT_TERMINATED : End.CLIENT_FAILED);
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

    private void pullClient() {
        if (!isClosed(client.in()) && !hasBeenPulled(client.in())) {
            pull(client.in());
        }
    }

    void wantFromClient() {
        if (compute != null && compute.ready() && heldBack.isEmpty()) {
            pullClient();
        }
    }

    // ---- what the compute's end asks and tells ----

    void ringFor(ComputeEnd end) {
        computeBell.invoke(end);
    }

    boolean isAttached(ComputeEnd end) {
        return end.equals(compute);
    }

    boolean relaying() {
        return traffic != null;
    }

    boolean clientTakes() {
        return toClient.isEmpty() && isAvailable(client.out());
    }

    void report(WireEvent event) {
        session.accept(event);
    }

    // ---- relaying ----

    /** Leaves the sockets to each other if nothing is held, and nothing is to be decided about what passes. */
    private void takeShortcut() {
        if (splice.isPresent()
                && !ended
                && !holding
                && lastWords.isEmpty()
                && hasBeenPulled(client.in())
                && clientTakes()
                && compute.ready()) {
            splice.get().join();
        }
    }

    private void carryToCompute(ByteString chunk) {
        traffic.toCompute(chunk);
        sendToCompute(chunk);
    }

    /** What {@link #traffic} has seen already. */
    void sendToCompute(ByteString chunk) {
        if (traffic.lost()) {
            if (traffic.betweenFramesToClient()) {
                tellClient(LastWords.CLIENT_BABBLED);
            }
            endRelay(End.CLIENT_BABBLED);
        } else if (isToKeep() && leaveToKeeper()) {
            awaitGoodbye();
        } else {
            compute.tell(chunk);
            if (traffic.terminated()) {
                keeper = null; // The compute has been told to end.
            }
            closeIfTerminated();
        }
    }

    /** Whether the client has just said farewell to a compute that somebody wants. */
    boolean isToKeep() {
        return traffic.isFarewell() && keeper != null;
    }

    /** The client closes next, as clients do; who closes first has to remember the connection for a while. */
    private void awaitGoodbye() {
        if (closesFirst || isClosed(client.in())) {
            endRelay(End.CLIENT_TERMINATED);
        } else {
            session.accept(new WireEvent.ClientSaidFarewell());
            pullClient();
        }
    }

    /** Leaves the compute's connection to whoever wants it, if nothing is under way there. */
    private boolean leaveToKeeper() {
        boolean toldToEnd = traffic.terminated() && !traffic.isFarewell();
        if (keeper == null || compute == null || toldToEnd || !heldBack.isEmpty() || !traffic.idle()) {
            return false;
        }
        if (!keeper.wantsIt()) {
            return false;
        }
        Optional<Link> link = compute.release();
        link.ifPresent(released -> {
            compute = null;
            givenAway = true;
            splice.ifPresent(Splice::part);
            splice = Optional.empty();
            keeper.keep(released);
        });
        return link.isPresent();
    }

    void carryToClient(ByteString chunk) {
        sendToClient(chunk, traffic.toClient(chunk));
    }

    /**
     * What {@link #traffic} has seen already.
     *
     * @param sound how many of the bytes make sense
     */
    void sendToClient(ByteString chunk, int sound) {
        if (traffic.lost()) {
            tellClient(traffic.betweenFramesToClient() ? chunk.take(sound).concat(LastWords.COMPUTE_BABBLED) : chunk);
            endRelay(End.COMPUTE_BABBLED);
        } else {
            tellClient(chunk);
            leaveIfIdle();
            closeIfTerminated();
        }
    }

    /** Neither side has anything left to say; a compute that is shared would never close. */
    private void closeIfTerminated() {
        if (closesFirst && !ended && traffic.terminated() && !traffic.busy()) {
            endRelay(End.CLIENT_TERMINATED);
        }
    }

    private void leaveIfIdle() {
        if (givenAway) {
            endRelay(End.CLIENT_TERMINATED);
        } else if (!lastWords.isEmpty() && traffic != null && traffic.idle()) {
            tellClient(lastWords);
            endRelay(End.SENT_AWAY);
        }
    }

    void computeEnded(End how) {
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
