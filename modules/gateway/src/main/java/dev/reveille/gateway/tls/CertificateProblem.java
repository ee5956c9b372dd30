package dev.reveille.gateway.tls;

/** A certificate or key that cannot be served; the message names the file and what to do, never what is in it. */
public final class CertificateProblem extends Exception {

    private static final long serialVersionUID = 1L;

    CertificateProblem(String message) {
        super(message);
    }

    CertificateProblem(String message, Throwable cause) {
        super(message, cause);
    }
}
