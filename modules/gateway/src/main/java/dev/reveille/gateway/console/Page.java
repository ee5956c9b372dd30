package dev.reveille.gateway.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.pekko.util.ByteString;

/**
 * The console's one page: {@code console.html} with its style and its scripts inside. The scripts share one scope, so each
 * is read after those that it uses.
 *
 * @param policy what the page may do, as the value of the header Content-Security-Policy
 * @param tag changes with the page, as the value of the header ETag
 */
record Page(ByteString bytes, String policy, String tag) {

    private static final List<String> SCRIPTS = List.of(
            "postgres.js",
            "statements.js",
            "sql.js",
            "export.js",
            "results.js",
            "answers.js",
            "timing.js",
            "history.js",
            "preferences.js",
            "console.js");

    static Page fromResources() {
        String style = text("console.css");
        String script = SCRIPTS.stream().map(Page::text).collect(Collectors.joining("\n"));
        ByteString bytes = ByteString.fromString(
                text("console.html").replace("@STYLE@", style).replace("@SCRIPT@", script));
        String policy = String.join(
                "; ",
                "default-src 'none'",
                "script-src '%s'".formatted(hash(script)),
                "style-src '%s'".formatted(hash(style)),
                "connect-src 'self'",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'");
        return new Page(
                bytes, policy, "\"%s\"".formatted(digest(bytes.toArray()).substring(0, 22)));
    }

    /** As a policy names what stands between two tags. */
    private static String hash(String inline) {
        return "sha256-" + digest(inline.getBytes(StandardCharsets.UTF_8));
    }

    private static String digest(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String text(String name) {
        try (InputStream resource = Page.class.getResourceAsStream(name)) {
            if (resource == null) {
                throw new IllegalStateException("the console lacks its file " + name);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
