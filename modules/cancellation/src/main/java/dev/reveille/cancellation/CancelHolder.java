package dev.reveille.cancellation;

/** A session, as those see it who bring a cancel request for it. Any thread; returns at once. */
@FunctionalInterface
public interface CancelHolder {

    /**
     * Somebody showed the session's key. The session decides whether there is something to cancel and whether {@code
     * origin} may, and calls {@code handled} exactly once when that is decided and done, or was not to be done: nobody
     * is told which.
     */
    void cancel(CancelOrigin origin, Runnable handled);
}
