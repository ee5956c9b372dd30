package dev.reveille.protocol;

import java.util.Optional;

/**
 * Numbers as text: what {@link Long#parseLong} takes beyond the digits 0 to 9 (a sign, digits of other scripts) is refused.
 * Functions only; any thread.
 */
public final class Digits {

    private static final int PORT_MAX = 65_535;
    private static final int PORT_DIGITS_MAX = 5;

    private Digits() {}

    /** The port, 0 to 65535, that {@code text} is in up to five digits; nothing where it is none. */
    public static Optional<Integer> port(String text) {
        return only(text, PORT_DIGITS_MAX)
                ? Optional.of(Integer.valueOf(text)).filter(port -> port <= PORT_MAX)
                : Optional.empty();
    }

    /** Whether {@code text} is 1 to {@code lengthMax} digits, 0 to 9, and nothing else. */
    public static boolean only(String text, int lengthMax) {
        if (text.isEmpty() || text.length() > lengthMax) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) < '0' || text.charAt(at) > '9') {
                return false;
            }
        }
        return true;
    }
}
