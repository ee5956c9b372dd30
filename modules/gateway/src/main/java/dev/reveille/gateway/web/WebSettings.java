package dev.reveille.gateway.web;

import dev.reveille.gateway.websocket.WebSocketSettings;
import java.time.Duration;
import java.util.Set;

/**
 * Limits of the web door.
 *
 * @param plain whether clear text is served as well as TLS
 * @param connectionsMax clients that may be connected at the same time, WebSockets included; one more is sent away
 * @param backlog connections that the kernel may hold until they are accepted; it applies its own limit too
 * @param headMax how long a request's head may take to come
 * @param headLengthMax bytes of a request's head
 * @param bodyPauseMax how long a request's body may pause
 * @param idleMax how long a connection is kept between two requests; each varies by a tenth, so that those that came
 *     together do not go together
 * @param stallMax how long a client may take nothing of an answer
 * @param hangUpMax how long an answer is still worked on for a client that has closed its half of the connection: it may
 *     want the answer, or be gone
 * @param domains names of which a host one label below names an endpoint, besides those of the certificates; lower case
 * @param allowedOrigins the origins whose pages may open WebSockets; empty: all
 * @param webSocket limits of one WebSocket
 */
public record WebSettings(
        boolean plain,
        int connectionsMax,
        int backlog,
        Duration headMax,
        int headLengthMax,
        Duration bodyPauseMax,
        Duration idleMax,
        Duration stallMax,
        Duration hangUpMax,
        Set<String> domains,
        Set<String> allowedOrigins,
        WebSocketSettings webSocket) {

    public static final WebSettings DEFAULTS = new WebSettings(
            true,
            10_000,
            4_096,
            Duration.ofSeconds(10),
            48 * 1024,
            Duration.ofSeconds(30),
            Duration.ofMinutes(6),
            Duration.ofMinutes(2),
            Duration.ofSeconds(1),
            Set.of(),
            Set.of(),
            WebSocketSettings.DEFAULTS);

    public WebSettings {
        domains = Set.copyOf(domains);
        allowedOrigins = Set.copyOf(allowedOrigins);
    }
}
