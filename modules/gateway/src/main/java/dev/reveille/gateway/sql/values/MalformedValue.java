package dev.reveille.gateway.sql.values;

/** A compute's value is not what its type says. The text names the fact, never the value. */
public final class MalformedValue extends Exception {

    private static final long serialVersionUID = 1L;

    public MalformedValue(String fact) {
        // A compute may cause these at will, and the text says all.
        super(fact, null, false, false);
    }
}
