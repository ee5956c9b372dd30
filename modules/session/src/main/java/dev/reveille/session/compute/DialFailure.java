package dev.reveille.session.compute;

/** Why a compute could not be reached, and what that means for trying again (the table of spec 02 §6.3). */
public final class DialFailure extends Exception {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    public DialFailure(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** The kinds of failure that are told apart. */
    public enum Reason {
        /** Too many connections to this compute are being opened at this moment. */
        NO_PERMIT(false, false),
        /** Refused, unreachable or not answering in time: the usual signs of a compute that is starting or has moved. */
        UNREACHABLE(true, true),
        /** The name has no address. */
        UNRESOLVED(false, true),
        /** Reset, end of stream and kin while connecting. */
        BROKEN(false, true),
        /** TLS is required and the compute does not offer it. */
        TLS_REFUSED(true, true),
        /** The TLS handshake failed, or the certificate is not the right one. */
        TLS_FAILED(false, true);

        private final boolean retryable;
        private final boolean blamesAddress;

        Reason(boolean retryable, boolean blamesAddress) {
            this.retryable = retryable;
            this.blamesAddress = blamesAddress;
        }

        /** Whether the same address may be tried again. */
        public boolean retryable() {
            return retryable;
        }

        /** Whether the address may be out of date, so that asking for a fresh one makes sense. */
        public boolean blamesAddress() {
            return blamesAddress;
        }
    }
}
