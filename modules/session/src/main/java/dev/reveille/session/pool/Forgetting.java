package dev.reveille.session.pool;

import dev.reveille.session.line.Line;
import dev.reveille.session.line.Reset;

/**
 * How a connection forgets its last user before it serves the next: the order to do so, what the answer to it means, and when
 * it has to be given again. Used by the connection's actor only.
 */
final class Forgetting {

    /** How far it has come. */
    enum Progress {
        AWAITED,
        FORGOTTEN,
        /** The connection must serve nobody any more. */
        FAILED
    }

    private static final byte IDLE = 'I';

    private final Line line;
    private final Resets resets;
    private final Cancelling cancelling;
    private final LooseDeadline deadline;

    /** Orders that have been given and not been answered. */
    private int outstanding;

    /** Whether the answer that is due says nothing: the order came too early, while a transaction was open. */
    private boolean inVain;

    private boolean refused;
    private byte status = IDLE;

    Forgetting(Line line, Resets resets, Cancelling cancelling, LooseDeadline deadline) {
        this.line = line;
        this.resets = resets;
        this.cancelling = cancelling;
        this.deadline = deadline;
    }

    /**
     * A job is over.
     *
     * @param ordered whether the order has been given behind its statements
     * @param newStatus the transaction's status: {@code I}, {@code T} or {@code E}
     */
    void begin(boolean ordered, byte newStatus) {
        status = newStatus;
        if (cancelling.isBegun()) {
            outstanding = ordered ? 1 : 0;
            afterCancel();
        } else if (ordered) {
            outstanding = 1;
            inVain = status != IDLE;
            refused = false;
            deadline.begin();
        } else {
            order();
        }
    }

    /** The compute answered with an error. */
    void refuse() {
        refused = true;
    }

    /** The compute has answered, and is ready for more. */
    Progress answered(byte newStatus) {
        status = newStatus;
        outstanding--;
        if (cancelling.isBegun()) {
            afterCancel();
            return Progress.AWAITED;
        }
        if (inVain) {
            order();
            return Progress.AWAITED;
        }
        if (refused || status != IDLE) {
            return Progress.FAILED;
        }
        deadline.end();
        return Progress.FORGOTTEN;
    }

    /** The clock rang: whether it has taken too long. */
    boolean isTooSlow() {
        return deadline.rang();
    }

    /** What was forgotten while a cancel request was under way does not count: the request may have hit it. */
    void afterCancel() {
        if (!cancelling.isUnderWay() && outstanding == 0) {
            cancelling.forget();
            order();
        }
    }

    private void order() {
        outstanding = 1;
        inVain = false;
        refused = false;
        deadline.begin();
        line.say(status == IDLE ? resets.order() : Reset.ROLLING_BACK);
    }
}
