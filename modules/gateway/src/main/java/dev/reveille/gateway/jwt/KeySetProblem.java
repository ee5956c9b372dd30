package dev.reveille.gateway.jwt;

/** Why there are no keys. For the log; no client sees it. */
final class KeySetProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean passing;

    private KeySetProblem(String message, boolean passing) {
        super(message);
        this.passing = passing;
    }

    /** It may be gone in a moment. */
    static KeySetProblem passing(String message) {
        return new KeySetProblem(message, true);
    }

    /** Asking again at once would hear the same. */
    static KeySetProblem lasting(String message) {
        return new KeySetProblem(message, false);
    }

    boolean isPassing() {
        return passing;
    }
}
