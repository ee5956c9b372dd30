package dev.reveille.protocol.names;

import java.util.Optional;

/**
 * The public name of a compute, such as {@code blue-sky-42}: 1 to 63 characters out of {@code A-Z a-z 0-9 -}
 * (spec 01 §7.3). Comparison is literal: names are not folded to one case.
 */
public record EndpointId(String value) {

    private static final int LENGTH_MAX = 63;

    private static final String POOLER = "-pooler";

    /** Suffixes that name another address of the same compute; spec 01 §7.4. */
    private static final String[] SUFFIXES = {POOLER, "-local-proxy"};

    public EndpointId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("not an endpoint name");
        }
    }

    /** The endpoint of this name, or nothing where {@code value} breaks the rules above. */
    public static Optional<EndpointId> parse(String value) {
        return isValid(value) ? Optional.of(new EndpointId(value)) : Optional.empty();
    }

    /** This name without one suffix {@code -pooler} or {@code -local-proxy}: what access data is kept under. */
    public EndpointId normalised() {
        for (String suffix : SUFFIXES) {
            if (value.endsWith(suffix) && value.length() > suffix.length()) {
                return new EndpointId(value.substring(0, value.length() - suffix.length()));
            }
        }
        return this;
    }

    /** Whether this is the name of a pooler, {@code blue-pooler}: whoever uses it asks for connections that are shared. */
    public boolean isPooler() {
        return value.endsWith(POOLER) && value.length() > POOLER.length();
    }

    @Override
    public String toString() {
        return value;
    }

    private static boolean isValid(String value) {
        if (value.isEmpty() || value.length() > LENGTH_MAX) {
            return false;
        }
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            boolean allowed = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }
}
