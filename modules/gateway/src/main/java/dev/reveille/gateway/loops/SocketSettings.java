package dev.reveille.gateway.loops;

import java.time.Duration;

/**
 * Limits of one socket's stream.
 *
 * @param heldMax bytes that may wait for the stream to ask for them before reading pauses; one read may exceed it
 * @param lingerMax how long a finished connection is kept to let the peer read the last bytes: closing at once while
 *     the peer is still sending would make TCP reset the connection and throw those bytes away
 * @param flushMax how long a finished connection may take to send what still waits, to a peer that reads slowly
 */
public record SocketSettings(int heldMax, Duration lingerMax, Duration flushMax) {

    public static final SocketSettings DEFAULTS =
            new SocketSettings(64 * 1024, Duration.ofSeconds(2), Duration.ofSeconds(30));
}
