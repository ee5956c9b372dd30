package dev.reveille.node.transactions;

import dev.reveille.session.statement.TransactionId;
import java.util.Optional;

/**
 * A transaction's name as its owner gives it out: that of its node's desk, and the node's place behind the handle.
 *
 * @param inner the name that the owner's desk knows
 */
record PlacedId(TransactionId inner, NodePlace place) {

    private static final char BETWEEN = '~';

    /** Reads {@link #outer}; nothing where the name says no place. */
    static Optional<PlacedId> of(TransactionId outer) {
        String handle = outer.handle();
        int end = handle.lastIndexOf(BETWEEN);
        return end < 1
                ? Optional.empty()
                : NodePlace.parse(handle.substring(end + 1))
                        .map(place -> new PlacedId(new TransactionId(handle.substring(0, end), outer.secret()), place));
    }

    /** As clients see it. */
    TransactionId outer() {
        return new TransactionId(inner.handle() + BETWEEN + place.text(), inner.secret());
    }
}
