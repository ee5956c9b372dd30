package dev.reveille.session.relay;

import dev.reveille.session.relay.RelaySummary.End;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.pekko.util.ByteString;

/**
 * The second part of a wire's life, in which it carries frames by itself: what is decided about them as they pass, and how
 * it ends.
 *
 * <pre>
 *   relaying ──the client leaves, nothing is under way──▶ the compute's end given away ──▶ ended
 *      └──anybody else's end, or an order to──────────────────────────────────────────────▲
 * </pre>
 *
 * A chunk is taken from one end only when the other wants it, so nothing is held and a slow reader slows its writer; and
 * where both ends are plain sockets they are left to each other whenever nothing is held and nothing is to be decided.
 * Used in the wire's turn only.
 */
final class Relay {

    private static final ByteString NOTHING = ByteString.emptyByteString();

    private final WireLogic wire;
    private final boolean closesFirst;
    private final Traffic traffic;
    private Optional<Splice> splice = Optional.empty();
    private boolean holding;
    private ByteString heldBack = NOTHING;
    private ByteString lastWords = NOTHING;

    /** Takes the compute's connection afterwards; null where nobody does, or it has been given away. */
    private LinkKeeper keeper;

    private boolean givenAway;

    /**
     * @param keeper may be null
     * @param closesFirst whether the wire closes after the client's Terminate, rather than wait for the client to do so
     */
    Relay(WireLogic wire, LinkKeeper keeper, boolean closesFirst) {
        this.wire = wire;
        this.keeper = keeper;
        this.closesFirst = closesFirst;
        this.traffic = new Traffic(keeper);
        if (keeper != null) {
            keeper.relays();
        }
    }

    /**
     * Both ends are there.
     *
     * @param splicing joins the two sockets under the eyes of who is given, where they can be
     * @param early what the client has said already
     */
    void begin(Function<Splice.Onlooker, Optional<Splice>> splicing, ByteString early) {
        splice = splicing.apply(new Shortcut(this, traffic));
        if (!early.isEmpty()) {
            carryToCompute(early);
        }
        if (!wire.ended()) {
            wire.relayFromCompute();
        }
        if (!wire.ended()) {
            wantFromClient();
        }
        // The client may have left just before the order to relay came.
        if (!wire.ended() && wire.clientIsGone()) {
            clientFailed();
        } else if (!wire.ended() && wire.clientHasFinished()) {
            clientFinished();
        }
    }

    RelaySummary summary(End end) {
        return traffic.summary(end);
    }

    // ---- orders of the session ----

    void sendAwayWhenIdle(ByteString words) {
        lastWords = words;
        leaveIfIdle();
    }

    void sendAway(ByteString words) {
        if (givenAway) {
            wire.endRelay(End.CLIENT_TERMINATED);
            return;
        }
        if (traffic.betweenFramesToClient()) {
            wire.tellClient(words);
        }
        wire.endRelay(End.SENT_AWAY);
    }

    OptionalLong queryBegunBy(long nanos) {
        return traffic.hasBegunBy(nanos) ? OptionalLong.of(traffic.queries()) : OptionalLong.empty();
    }

    /** What the client sends when the compute is ready is kept back until {@link #release}. */
    boolean holdNext(long query) {
        holding = traffic.busy() && traffic.queries() == query;
        return holding;
    }

    void release() {
        holding = false;
        if (!heldBack.isEmpty()) {
            ByteString next = heldBack;
            heldBack = NOTHING;
            carryToCompute(next);
            if (!wire.ended() && wire.clientHasFinished()) {
                clientFinished();
            } else if (!wire.ended()) {
                wantFromClient();
            }
        }
    }

    // ---- the client ----

    void clientSaid(ByteString chunk) {
        if (givenAway) {
            wire.pullClient(); // It has said farewell: whatever else it says is for nobody.
        } else if (holding && !traffic.busy()) {
            heldBack = chunk; // Only this one: no more is asked for before it may pass.
            traffic.beginAhead();
        } else {
            carryToCompute(chunk);
            wantFromClient();
            takeShortcut();
        }
    }

    void clientFinished() {
        if (!heldBack.isEmpty()) {
            return; // It has finished when its last words have passed.
        }
        if (givenAway || leaveToKeeper()) {
            wire.endRelay(traffic.terminated() ? End.CLIENT_TERMINATED : End.CLIENT_CLOSED);
        } else if (traffic.terminated() && !traffic.busy()) {
            // Nothing is under way, and neither side has anything left to say: no need to wait for a goodbye.
            wire.abortCompute();
            wire.endRelay(End.CLIENT_TERMINATED);
        } else {
            boolean midQuery = traffic.busy() && !traffic.terminated();
            wire.finishSendingToCompute();
            wire.report(midQuery ? new WireEvent.ClientHungUpMidQuery() : new WireEvent.ClientFinished());
        }
    }

    void clientFailed() {
        leaveToKeeper();
        wire.endRelay(traffic.terminated() ? End.CLIENT_TERMINATED : End.CLIENT_FAILED);
    }

    void wantFromClient() {
        if (wire.computeIsReady() && heldBack.isEmpty()) {
            wire.pullClient();
        }
    }

    private void carryToCompute(ByteString chunk) {
        traffic.toCompute(chunk);
        sendToCompute(chunk);
    }

    /** What {@link #traffic} has seen already. */
    private void sendToCompute(ByteString chunk) {
        if (traffic.lost()) {
            if (traffic.betweenFramesToClient()) {
                wire.tellClient(LastWords.CLIENT_BABBLED);
            }
            wire.endRelay(End.CLIENT_BABBLED);
        } else if (isToKeep() && leaveToKeeper()) {
            awaitGoodbye();
        } else {
            wire.tellCompute(chunk);
            if (traffic.terminated()) {
                keeper = null; // The compute has been told to end.
            }
            closeIfTerminated();
        }
    }

    /** The client closes next, as clients do; who closes first has to remember the connection for a while. */
    private void awaitGoodbye() {
        if (closesFirst || wire.clientHasFinished()) {
            wire.endRelay(End.CLIENT_TERMINATED);
        } else {
            wire.report(new WireEvent.ClientSaidFarewell());
            wire.pullClient();
        }
    }

    // ---- the compute ----

    void carryToClient(ByteString chunk) {
        sendToClient(chunk, traffic.toClient(chunk));
    }

    /**
     * What {@link #traffic} has seen already.
     *
     * @param sound how many of the bytes make sense
     */
    private void sendToClient(ByteString chunk, int sound) {
        if (traffic.lost()) {
            wire.tellClient(
                    traffic.betweenFramesToClient() ? chunk.take(sound).concat(LastWords.COMPUTE_BABBLED) : chunk);
            wire.endRelay(End.COMPUTE_BABBLED);
        } else {
            wire.tellClient(chunk);
            leaveIfIdle();
            closeIfTerminated();
        }
    }

    void computeEnded(End how) {
        if (traffic.terminated()) {
            wire.endRelay(End.CLIENT_TERMINATED);
        } else if (wire.clientHasFinished()) {
            wire.endRelay(End.CLIENT_CLOSED);
        } else {
            if (traffic.betweenFramesToClient() && !traffic.computeSaidWhy()) {
                wire.tellClient(LastWords.COMPUTE_GONE);
            }
            wire.endRelay(how);
        }
    }

    /** Neither side has anything left to say; a compute that is shared would never close. */
    private void closeIfTerminated() {
        if (closesFirst && !wire.ended() && traffic.terminated() && !traffic.busy()) {
            wire.endRelay(End.CLIENT_TERMINATED);
        }
    }

    private void leaveIfIdle() {
        if (givenAway) {
            wire.endRelay(End.CLIENT_TERMINATED);
        } else if (!lastWords.isEmpty() && traffic.idle()) {
            wire.tellClient(lastWords);
            wire.endRelay(End.SENT_AWAY);
        }
    }

    // ---- the sockets, left to each other ----

    /** Leaves them to each other if nothing is held, and nothing is to be decided about what passes. */
    void takeShortcut() {
        if (splice.isPresent() && !holding && lastWords.isEmpty() && wire.waitsForBoth()) {
            splice.get().join();
        }
    }

    void part() {
        splice.ifPresent(Splice::part);
    }

    /** What one of them was given and may not pass on. */
    void keptFromCompute(ByteString chunk) {
        wire.orderLater(_ -> sendToCompute(chunk));
    }

    /** The same; {@code sound} of the bytes make sense. */
    void keptFromClient(ByteString chunk, int sound) {
        wire.orderLater(_ -> sendToClient(chunk, sound));
    }

    // ---- the compute's end, left to a keeper ----

    /** Whether the client has just said farewell to a compute that somebody wants. */
    boolean isToKeep() {
        return traffic.isFarewell() && keeper != null;
    }

    /** Leaves the compute's connection to whoever wants it, if nothing is under way there. */
    private boolean leaveToKeeper() {
        boolean toldToEnd = traffic.terminated() && !traffic.isFarewell();
        if (keeper == null || toldToEnd || !heldBack.isEmpty() || !traffic.idle() || !keeper.wantsIt()) {
            return false;
        }
        Optional<Link> released = wire.releaseCompute();
        released.ifPresent(this::giveAway);
        return released.isPresent();
    }

    private void giveAway(Link link) {
        givenAway = true;
        part();
        splice = Optional.empty();
        LinkKeeper heir = keeper;
        keeper = null;
        heir.keep(link);
    }
}
