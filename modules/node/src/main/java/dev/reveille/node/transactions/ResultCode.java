package dev.reveille.node.transactions;

/**
 * What comes of a wish, as one stream of bytes that is cut into pieces anywhere: for each event its kind, the number of the
 * statement, the length of what follows (nine bytes in all), and that.
 */
final class ResultCode {

    static final int HEADER_BYTES = 1 + Integer.BYTES + Integer.BYTES;

    /** Followed by the ordinal of the origin, in a byte. */
    static final byte REACHED = 'O';

    /** Followed by the body of a RowDescription. */
    static final byte FIELDS = 'T';

    static final byte NO_FIELDS = 'n';

    /** Followed by the body of a DataRow. */
    static final byte ROW = 'D';

    /** Followed by the command tag. */
    static final byte COMPLETED = 'C';

    /** Followed by the outcome; nothing comes behind it. */
    static final byte ENDED = 'E';

    /** The transaction is over; nothing comes behind it. */
    static final byte COMMITTED = 'c';

    static final byte ROLLED_BACK = 'r';

    /** What is no row is a message of PostgreSQL's that the pool has let pass, or less. */
    static final int MESSAGE_MAX = 16 * 1024 * 1024;

    private ResultCode() {}
}
