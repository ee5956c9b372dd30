package dev.reveille.node.settings;

import dev.reveille.node.settings.NodeSettings.Tls;
import dev.reveille.node.settings.NodeSettings.WebDoor;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the block {@code web}; the ranges stand here. */
final class WebReader {

    private static final Duration MOMENT = Duration.ofMillis(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MILLION = 1_000_000;
    private static final int HEAD_BYTES_MIN = 1_024;
    private static final int HEAD_BYTES_MAX = 1024 * 1024;
    private static final Pattern HOST = Pattern.compile("[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*");

    private WebReader() {}

    static WebDoor web(Section web, Tls tls) {
        WebDoor settings = new WebDoor(
                web.flag("enabled"),
                web.flag("plain"),
                web.flag("console"),
                Set.copyOf(web.list("domains", WebReader::domain, "a name such as db.example.com")),
                Set.copyOf(web.list("allowed-origins", WebReader::origin, "an origin such as https://app.example.com")),
                web.whole("max-connections", 1, MILLION),
                web.duration("head-timeout", MOMENT, MINUTE),
                web.whole("head-bytes", HEAD_BYTES_MIN, HEAD_BYTES_MAX),
                web.duration("body-timeout", MOMENT, HOUR),
                web.duration("idle-timeout", MOMENT, DAY),
                web.duration("stall-timeout", MOMENT, DAY),
                web.duration("ping-interval", MOMENT, HOUR));
        if (!settings.plain() && tls.directory().isEmpty()) {
            throw web.refusal("plain", "cannot be false without certificates: set reveille.tls.directory");
        }
        return settings;
    }

    private static Optional<String> domain(String text) {
        return Optional.of(text.toLowerCase(Locale.ROOT))
                .filter(name -> HOST.matcher(name).matches());
    }

    /** As browsers write it: scheme, host and port, nothing behind. */
    private static Optional<String> origin(String text) {
        try {
            URI uri = URI.create(text);
            boolean bare = uri.getScheme() != null
                    && uri.getRawAuthority() != null
                    && uri.getRawPath().isEmpty()
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
            return bare ? Optional.of(text.toLowerCase(Locale.ROOT)) : Optional.empty();
        } catch (IllegalArgumentException notAUri) {
            return Optional.empty();
        }
    }
}
