package dev.reveille.gateway.sql.request;

/**
 * A request that cannot be carried out as it stands. The text is for the caller, who sent what it speaks of; it holds no
 * credentials, but may quote the body and is not for logs.
 */
public final class RequestRefused extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String severity;
    private final String sqlState;

    private RequestRefused(int status, String severity, String sqlState, String text) {
        // Strangers cause these at will, and the text says all: a stack trace would only cost time.
        super(text, null, false, false);
        this.status = status;
        this.severity = severity;
        this.sqlState = sqlState;
    }

    /** Who and where to cannot be read. */
    static RequestRefused connection(String sqlState, String text) {
        return new RequestRefused(400, "FATAL", sqlState, text);
    }

    /** What is asked for cannot be read. */
    static RequestRefused content(String sqlState, String text) {
        return new RequestRefused(400, "ERROR", sqlState, text);
    }

    /** The body has the wrong form. */
    static RequestRefused body(String reason) {
        return content("22P02", "could not parse the HTTP request body: " + reason);
    }

    /** The body is longer than {@code max} bytes. */
    public static RequestRefused tooLarge(long max) {
        return new RequestRefused(413, "ERROR", "54000", "request is too large (max is " + max + " bytes)");
    }

    /** The body did not come in time. */
    public static RequestRefused tooSlow(String patience) {
        return content("57014", "the request body did not arrive within " + patience);
    }

    /** The body broke off. */
    public static RequestRefused cutShort() {
        return content("08P01", "the request body was cut short");
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    /** ERROR or FATAL. */
    public String severity() {
        return severity;
    }

    /** PostgreSQL manual, appendix A. */
    public String sqlState() {
        return sqlState;
    }
}
