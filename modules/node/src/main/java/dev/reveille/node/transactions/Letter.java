package dev.reveille.node.transactions;

import dev.reveille.session.statement.StatementOutcome;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

/**
 * What two nodes say to one another about a piece of work in a transaction.
 *
 * <pre>
 *   guest                      owner
 *     │ ── Knock ───────────────▶ post
 *     │ ◀───────────── Welcome ── host     or TurnedAway
 *     │ ── Piece … ─────────────▶  │       the wish
 *     │ ◀─────────────── Piece … ──│       what comes of it
 *     │ ◀───────── Pulse ────────▶ │       all the time
 *     │ ── Bye ─────────────────▶  │       or Cancel, and the host says Stopped
 * </pre>
 *
 * Any of these can get lost, but what arrives arrives in order. Pieces are numbered, and each pulse tells how many there were:
 * so a loss is noticed, and never taken for the end. Credits, cancels and goodbyes may be said twice. Nothing is begun before
 * the whole wish is there, so a guest that was not welcomed in time knows that nothing was.
 */
sealed interface Letter {

    /** Bytes in one piece; a frame of the cluster's holds four of these. */
    int PIECE_MAX = 64 * 1024;

    /** To the one actor of a node whose name all others know. */
    sealed interface ToPost extends Letter, TransactionPost.Command {}

    sealed interface ToGuest extends Letter, Guest.Command {}

    sealed interface ToHost extends Letter, Host.Command {}

    /**
     * Somebody has a wish.
     *
     * @param incarnation of the node that is meant: another one that came to its address has nothing to do with it
     * @param length bytes of the wish
     */
    record Knock(long incarnation, int length, ActorRef<ToGuest> guest) implements ToPost {}

    /** @param upTo the first piece that the host does not take yet */
    record Welcome(int upTo, ActorRef<ToHost> host) implements ToGuest {}

    record TurnedAway(Reason reason) implements ToGuest {}

    /** Why nobody is at work for a guest. */
    enum Reason {
        UNKNOWN,
        BUSY
    }

    /** @param number from 0 */
    record Piece(int number, ByteString bytes) implements ToGuest, ToHost {

        /** Statements and rows are not printed. */
        @Override
        public String toString() {
            return "Piece[%d, %d bytes]".formatted(number, bytes.size());
        }
    }

    /**
     * Here I am.
     *
     * @param sent how many pieces I have sent
     * @param upTo the first piece that I do not take yet
     */
    record Pulse(int sent, int upTo) implements ToGuest, ToHost {}

    /** The guest wants no more; it is told how it ended, and no more pieces. */
    record Cancel() implements ToHost {}

    /** How it ended that was cancelled. */
    record Stopped(StatementOutcome outcome) implements ToGuest {}

    /** The guest has all. */
    record Bye() implements ToHost {}
}
