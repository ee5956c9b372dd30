package dev.reveille.node.transactions;

import java.time.Duration;

/**
 * Limits of what nodes do for one another's transactions.
 *
 * @param firstSignMax how long the owner may take to say that it listens; a node that is silent so long has no such
 *     transaction any more
 * @param pulse how often both sides say that they are there while nothing else is said
 * @param silenceMax after so long without a word of the other side the work is given up
 * @param totalMax how long one piece of work may take in all
 * @param pieceBytes in one message
 * @param window how many pieces may be under way to one guest or host
 * @param runsMax pieces of work that may be under way from this node, and as many for others
 * @param wishBytesMax one wish: a statement with its parameters and what belongs to it
 * @param wishesBytesMax all wishes together that this node holds for others
 */
public record RoutingLimits(
        Duration firstSignMax,
        Duration pulse,
        Duration silenceMax,
        Duration totalMax,
        int pieceBytes,
        int window,
        int runsMax,
        int wishBytesMax,
        int wishesBytesMax) {

    private static final int MIB = 1024 * 1024;

    public static final RoutingLimits DEFAULTS = new RoutingLimits(
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofMinutes(6),
            64 * 1024,
            4,
            256,
            65 * MIB,
            128 * MIB);

    public RoutingLimits {
        if (pieceBytes < 1 || pieceBytes > Letter.PIECE_MAX || window < 1) {
            throw new IllegalArgumentException("pieces must fit into a message, and one must be allowed to go");
        }
    }

    /** These limits for work that may take so long in all. */
    public RoutingLimits lasting(Duration longest) {
        return new RoutingLimits(
                firstSignMax, pulse, silenceMax, longest, pieceBytes, window, runsMax, wishBytesMax, wishesBytesMax);
    }

    /** Whether so many pulses of one's own without a word of the other side are too many. */
    boolean isTooQuiet(int pulses) {
        return pulse.multipliedBy(pulses).compareTo(silenceMax) > 0;
    }

    /** How much waits to go before its source is asked to pause. */
    int heldBytes() {
        return pieceBytes * window;
    }
}
