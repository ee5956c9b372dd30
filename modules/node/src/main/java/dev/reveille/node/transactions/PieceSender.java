package dev.reveille.node.transactions;

import dev.reveille.node.transactions.Letter.Piece;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Numbers pieces, and sends only what the other side takes. For one actor. */
final class PieceSender {

    private int sent;
    private int upTo;

    int sent() {
        return sent;
    }

    /** The other side takes the pieces below this one; it may say so more than once, and late. */
    void granted(int first) {
        upTo = Math.max(upTo, first);
    }

    boolean may() {
        return sent < upTo;
    }

    /** The next piece, where there is one to send and it may be sent. */
    Optional<Piece> next(ByteString bytes) {
        return bytes.isEmpty() || !may() ? Optional.empty() : Optional.of(new Piece(sent++, bytes));
    }
}
