package dev.reveille.session.compute;

import java.time.Duration;
import java.util.Optional;

/**
 * A control plane's refusal or fault, with what a caller needs to know to go on (spec 02 §3.5).
 *
 * <p>The message is for the operator's log. {@link #clientText} is for the client and holds no address and no cause.
 */
public final class ControlPlaneFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final String clientText;
    private final boolean retryable;
    private final transient Optional<Duration> retryAfter;

    public ControlPlaneFailure(String message, String clientText, boolean retryable, Optional<Duration> retryAfter) {
        super(message);
        this.clientText = clientText;
        this.retryable = retryable;
        this.retryAfter = retryAfter;
    }

    /** A failure that trying again will not mend; the client hears the generic text. */
    public static ControlPlaneFailure fatal(String message) {
        return new ControlPlaneFailure(message, "Control plane request failed", false, Optional.empty());
    }

    /** A failure that may pass; the client hears the generic text. */
    public static ControlPlaneFailure passing(String message) {
        return new ControlPlaneFailure(message, "Control plane request failed", true, Optional.empty());
    }

    /** What the client may be told. */
    public String clientText() {
        return clientText;
    }

    /** Whether the same call may succeed when it is made again. */
    public boolean retryable() {
        return retryable;
    }

    /** How long the control plane asked to be left alone. */
    public Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
