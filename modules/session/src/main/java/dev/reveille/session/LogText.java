package dev.reveille.session;

/**
 * Words for the log that clients and computes have chosen: with them nobody can write lines or keys of his own, and nobody
 * can fill it. Any thread.
 */
public final class LogText {

    /** Characters of one value; a client or a compute may send thousands. */
    private static final int LENGTH_MAX = 500;

    private LogText() {}

    /** The beginning of {@code text}, with a question mark for each character that is a control, is invisible, or ends a value. */
    public static String printable(String text) {
        if (isPlain(text)) {
            return text;
        }
        return text.codePoints()
                .limit(LENGTH_MAX)
                .map(character -> isHarmless(character) ? character : '?')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Nearly all are, and need no copy. */
    private static boolean isPlain(String text) {
        if (text.length() > LENGTH_MAX) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c < ' ' || c > '~' || c == '"') {
                return false;
            }
        }
        return true;
    }

    private static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> character != '"';
        };
    }
}
