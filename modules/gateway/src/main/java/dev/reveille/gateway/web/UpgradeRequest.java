package dev.reveille.gateway.web;

import dev.reveille.gateway.websocket.Handshake;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A request for a WebSocket: may it be, and where does it lead (spec 03 §3.1, §3.4). Functions; any thread. */
final class UpgradeRequest {

    private UpgradeRequest() {}

    sealed interface Verdict {}

    /**
     * @param accept what proves that the request was understood
     */
    record Granted(String accept, Optional<String> host, Optional<String> address) implements Verdict {}

    record Refused(RawAnswer answer) implements Verdict {}

    /**
     * Path, query and method are not looked at.
     *
     * @param allowedOrigins empty: all
     */
    static Verdict judge(RequestHead head, Set<String> allowedOrigins) {
        if (!head.isHttp11()) {
            return refused("400 Bad Request", "a WebSocket needs HTTP/1.1");
        }
        if (!head.body().over()) {
            return refused("400 Bad Request", "a request for a WebSocket has no body");
        }
        Optional<String> version = head.value("sec-websocket-version");
        if (version.isPresent() && !version.get().equals(Handshake.VERSION)) {
            return new Refused(new RawAnswer(
                    "426 Upgrade Required",
                    "this version of WebSocket is not spoken here",
                    "Sec-WebSocket-Version: " + Handshake.VERSION + "\r\n"));
        }
        Optional<String> accept = head.value("sec-websocket-key").flatMap(Handshake::accept);
        if (version.isEmpty() || accept.isEmpty()) {
            return refused("400 Bad Request", "Sec-WebSocket-Key or Sec-WebSocket-Version is missing or malformed");
        }
        Optional<String> origin = head.value("origin");
        if (!allowedOrigins.isEmpty() && origin.isPresent() && !allowedOrigins.contains(origin.get())) {
            return refused("403 Forbidden", "pages of this origin may not connect here");
        }
        return new Granted(
                accept.get(),
                head.value("host").flatMap(UpgradeRequest::host),
                parameter(head.target(), "address").flatMap(UpgradeRequest::host));
    }

    /** The name in {@code NAME:PORT}, in lower case; an address in brackets names nothing. */
    static Optional<String> host(String text) {
        int colon = text.indexOf(':');
        String name = (colon < 0 ? text : text.substring(0, colon)).toLowerCase(Locale.ROOT);
        String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return Optional.of(plain).filter(host -> !host.isEmpty() && !host.startsWith("["));
    }

    private static Optional<String> parameter(String target, String name) {
        int query = target.indexOf('?');
        if (query < 0) {
            return Optional.empty();
        }
        for (String pair : target.substring(query + 1).split("&")) {
            if (pair.startsWith(name + "=")) {
                try {
                    return Optional.of(URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException malformed) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static Refused refused(String status, String message) {
        return new Refused(new RawAnswer(status, message, ""));
    }
}
