package dev.reveille.node.transactions;

/** Counts pieces, notices when one is missing, and says how many more are taken. For one actor. */
final class PieceReceiver {

    private final int window;
    private int received;
    private int used;
    private int told;

    /** @param window how many pieces may wait to be used, or be under way */
    PieceReceiver(int window) {
        this.window = window;
    }

    /** A piece has come; says whether it is the one that was due, and was allowed. */
    boolean takes(int number) {
        boolean due = number == received && number < used + window;
        received++;
        return due;
    }

    /** Whether all pieces are here that the other side says it has sent. */
    boolean hasAll(int sent) {
        return sent <= received;
    }

    /** One more has been used. */
    void use() {
        used++;
    }

    /** Whether the other side should hear that it may send more. */
    boolean owesGrant() {
        return used + window - told >= Math.max(1, window / 2);
    }

    /** The first piece that is not taken yet, as it is being told to the other side. */
    int grant() {
        told = used + window;
        return told;
    }
}
