package dev.reveille.gateway.jwt;

/** What was read is not a token that can be checked. Has no stack trace: tokens come from strangers, as often as they like. */
final class TokenRefused extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    TokenRefused(Refusal refusal) {
        super(refusal.text(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
