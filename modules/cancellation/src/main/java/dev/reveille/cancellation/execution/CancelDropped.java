package dev.reveille.cancellation.execution;

/** A cancellation was given up before the compute had heard of it, or without knowing whether it had. For the log. */
public final class CancelDropped extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CancelDropped(String reason) {
        super(reason, null, false, false);
    }
}
