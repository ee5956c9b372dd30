package dev.reveille.protocol;

/** Numbers as text: what {@link Long#parseLong} takes beyond the digits 0 to 9 (a sign, digits of other scripts) is refused. */
public final class Digits {

    private Digits() {}

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
