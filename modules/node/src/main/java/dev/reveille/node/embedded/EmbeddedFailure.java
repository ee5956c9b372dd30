package dev.reveille.node.embedded;

/**
 * Why the embedded control plane cannot do what it was asked to. The message is for the person who runs Reveille: it
 * says what happened and what to do. {@link #clientText} is for the client.
 */
public final class EmbeddedFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private static final String GENERIC = "The compute of this endpoint could not be started; Reveille's log says why.";

    private final String clientText;

    private EmbeddedFailure(String message, String clientText) {
        super(message);
        this.clientText = clientText;
    }

    /** A failure of the machine or its set-up; the client hears a generic text. */
    static EmbeddedFailure ofMachine(String message) {
        return new EmbeddedFailure(message, GENERIC);
    }

    /** A failure of the machine or its set-up, found as an exception. */
    static EmbeddedFailure ofMachine(String message, Exception cause) {
        EmbeddedFailure failure = ofMachine(message + ": " + cause);
        failure.initCause(cause);
        return failure;
    }

    /** A failure that the client can do something about, and is told in full. */
    static EmbeddedFailure ofRequest(String message) {
        return new EmbeddedFailure(message, message);
    }

    String clientText() {
        return clientText;
    }
}
