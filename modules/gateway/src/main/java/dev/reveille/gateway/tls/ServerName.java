package dev.reveille.gateway.tls;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A DNS host name in lower case, as a client asks for it (SNI, RFC 6066 §3) and as a certificate carries it. It says
 * what somebody asked for and proves nothing.
 */
public record ServerName(String value) {

    static final int LENGTH_MAX = 253;

    // Letters, digits, hyphens, and the underscore that real networks have; no IP literals, which end in digits only.
    private static final Pattern HOST = Pattern.compile(
            "(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*(?!\\d+$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?");

    public ServerName {
        if (value.length() > LENGTH_MAX || !HOST.matcher(value).matches()) {
            throw new IllegalArgumentException("not a host name");
        }
    }

    /** Folds case and a trailing dot; nothing where the text is no host name. */
    public static Optional<ServerName> parse(String text) {
        String folded = text.toLowerCase(Locale.ROOT);
        if (folded.endsWith(".")) {
            folded = folded.substring(0, folded.length() - 1);
        }
        return folded.length() <= LENGTH_MAX && HOST.matcher(folded).matches()
                ? Optional.of(new ServerName(folded))
                : Optional.empty();
    }

    /** The name without its leftmost label; nothing above the last label. */
    Optional<ServerName> parent() {
        int dot = value.indexOf('.');
        return dot < 0 ? Optional.empty() : parse(value.substring(dot + 1));
    }

    @Override
    public String toString() {
        return value;
    }
}
