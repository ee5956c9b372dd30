package dev.reveille.session;

import dev.reveille.protocol.startup.StartupPacket;
import dev.reveille.session.compute.RetryPolicy;
import java.time.Duration;

/**
 * Limits of one session.
 *
 * @param startupMax from accepting the socket to a whole start-up message, TLS included
 * @param authenticationMax for proving who the client is, all its messages together
 * @param accessMax for the control plane to say who may come in
 * @param wakeMax for finding the compute, waking it where it sleeps
 * @param dialMax for one attempt to connect, on top of the dialler's own limits
 * @param loginMax for one login at the compute, until it is ready for queries
 * @param hangUpMax how long a query may still run whose client has closed its half of the connection: it may want the
 *     answer, or be gone; then the query is cancelled
 * @param farewellMax how long the compute may take to end a session whose client has left
 * @param lastWordsMax how long a client may take to read the rest when its session is over; what it has not read by then is
 *     lost
 * @param cancelMax how long the connection of a cancel request is kept at most
 * @param cancelPause between two cancellations of one and the same query
 * @param startupLengthMax bytes in the body of a start-up packet
 * @param authenticationLengthMax bytes in the body of a client's authentication message
 * @param passwordLengthMax the same inside a WebSocket, where passwords may be tokens
 * @param computeLengthMax bytes in the body of a compute's message during login
 * @param connect how dialling is retried
 */
public record SessionSettings(
        Duration startupMax,
        Duration authenticationMax,
        Duration accessMax,
        Duration wakeMax,
        Duration dialMax,
        Duration loginMax,
        Duration hangUpMax,
        Duration farewellMax,
        Duration lastWordsMax,
        Duration cancelMax,
        Duration cancelPause,
        int startupLengthMax,
        int authenticationLengthMax,
        int passwordLengthMax,
        int computeLengthMax,
        RetryPolicy connect) {

    public static final SessionSettings DEFAULTS = new SessionSettings(
            Duration.ofSeconds(15),
            Duration.ofSeconds(15),
            Duration.ofSeconds(65),
            Duration.ofSeconds(120),
            Duration.ofSeconds(15),
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofMinutes(2),
            Duration.ofSeconds(5),
            Duration.ofMillis(250),
            StartupPacket.BODY_LENGTH_MAX_DEFAULT,
            512,
            16_384,
            65_535,
            RetryPolicy.CONNECT);
}
