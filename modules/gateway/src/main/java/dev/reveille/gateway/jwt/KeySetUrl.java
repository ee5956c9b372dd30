package dev.reveille.gateway.jwt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a key set is published: {@code https://HOST/PATH}, {@code http://HOST/PATH}, or {@code file:///PATH}. Without user
 * information and fragment, and without a relative path.
 */
public record KeySetUrl(URI uri) {

    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED = "https://HOST/PATH of a JWK set, or file:///PATH";

    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    public KeySetUrl {
        boolean readable = uri.getScheme() != null
                && uri.getRawPath() != null
                && uri.getRawUserInfo() == null
                && uri.getRawFragment() == null
                && switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
                    case "http", "https" -> uri.getHost() != null;
                    case "file" -> uri.getAuthority() == null && uri.getRawQuery() == null && isAbsolute(uri);
                    default -> false;
                };
        if (!readable) {
            throw new IllegalArgumentException("not the address of a key set");
        }
    }

    /** The address that {@code text} names, or nothing where it is none. */
    public static Optional<KeySetUrl> parse(String text) {
        try {
            return Optional.of(new KeySetUrl(new URI(text)));
        } catch (URISyntaxException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    public boolean isFile() {
        return uri.getScheme().equalsIgnoreCase("file");
    }

    /**
     * Whether keys from here could be exchanged on their way: they come in clear text from another machine. A host is this
     * machine where it is written as {@code localhost}, {@code 127.0.0.1} or {@code [::1]}.
     */
    public boolean isExposed() {
        return uri.getScheme().equalsIgnoreCase("http")
                && !LOOPBACK.contains(uri.getHost().toLowerCase(Locale.ROOT));
    }

    private static boolean isAbsolute(URI uri) {
        return uri.getRawPath().startsWith("/");
    }

    /** For logs: without the query, which may hold a secret. */
    @Override
    public String toString() {
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        return "%s://%s%s".formatted(uri.getScheme(), authority, uri.getRawPath());
    }
}
