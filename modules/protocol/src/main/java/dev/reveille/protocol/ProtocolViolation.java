package dev.reveille.protocol;

/**
 * A peer sent the body of a known message in a shape that the protocol does not allow. Its text names the message and
 * the facts (lengths, counts), never content, and may be logged. What is wrong with the framing itself is told by
 * {@link Decoded.Malformed} instead.
 */
public final class ProtocolViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ProtocolViolation(String message, String fact) {
        // Strangers cause these at will, and the text says all: a stack trace would only cost time.
        super(message + ": " + fact, null, false, false);
    }
}
