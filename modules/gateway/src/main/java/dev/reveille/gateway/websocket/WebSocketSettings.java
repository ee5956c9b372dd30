package dev.reveille.gateway.websocket;

import java.time.Duration;

/**
 * Limits of one WebSocket.
 *
 * @param pingEvery after so long a silence on our side the peer is asked whether it is there
 * @param unansweredMax pings without any sign of life, after which the peer is taken for dead
 * @param closeMax how long the peer may take to answer our close frame
 * @param heldMax bytes that may wait for the session before reading pauses; one read may exceed it
 */
public record WebSocketSettings(Duration pingEvery, int unansweredMax, Duration closeMax, int heldMax) {

    public static final WebSocketSettings DEFAULTS =
            new WebSocketSettings(Duration.ofSeconds(30), 2, Duration.ofSeconds(1), 64 * 1024);
}
