package dev.reveille.gateway.sql;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Limits of SQL over HTTP.
 *
 * @param requestBytes of a request's body
 * @param answerBytes of an answer's body; an answer that is about to pass it is broken off and its statement cancelled
 * @param bufferBytes how much of an answer is put together before anything is sent; a longer one is streamed
 * @param streamBytes how much of a streamed answer may wait for a slow reader before the compute is read no further
 * @param memoryBytes how much all requests may hold together, bodies and answers
 * @param bodyMax how long a body may take to arrive
 * @param readerMax how long a reader may take nothing of a streamed answer
 * @param authenticationMax for checking a password or token
 * @param statementMax how long each statement may run; a request may ask for less, never for more
 * @param poolOptIn whether a pooled connection is taken only where a request asks for it
 * @param origins from which web pages browsers may ask; empty means from all
 * @param provenMax roles whose proven password is remembered
 * @param provenFor how long a proven password is not proven again
 * @param typesMax types of databases that are remembered
 * @param typesFor how long a type is remembered
 * @param typeLookUpMax how long a look-up of types may take; then their values are strings
 */
public record SqlSettings(
        int requestBytes,
        int answerBytes,
        int bufferBytes,
        int streamBytes,
        long memoryBytes,
        Duration bodyMax,
        Duration readerMax,
        Duration authenticationMax,
        Optional<Duration> statementMax,
        boolean poolOptIn,
        List<String> origins,
        int provenMax,
        Duration provenFor,
        int typesMax,
        Duration typesFor,
        Duration typeLookUpMax) {

    private static final int MIB = 1024 * 1024;

    public static final SqlSettings DEFAULTS = new SqlSettings(
            64 * MIB,
            64 * MIB,
            MIB / 2,
            MIB / 4,
            256L * MIB,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            Optional.empty(),
            false,
            List.of(),
            100_000,
            Duration.ofMinutes(5),
            100_000,
            Duration.ofMinutes(10),
            Duration.ofSeconds(5));

    public SqlSettings {
        origins = List.copyOf(origins);
    }
}
