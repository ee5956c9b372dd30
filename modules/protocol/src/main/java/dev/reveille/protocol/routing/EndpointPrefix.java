package dev.reveille.protocol.routing;

import java.util.Optional;

/** How a client marks the name of its endpoint; {@code project=} is the older spelling. */
final class EndpointPrefix {

    private static final String ENDPOINT = "endpoint=";
    private static final String PROJECT = "project=";

    private EndpointPrefix() {}

    /** What follows the mark, perhaps nothing; or empty where there is no mark. */
    static Optional<String> strip(String text) {
        if (text.startsWith(ENDPOINT)) {
            return Optional.of(text.substring(ENDPOINT.length()));
        }
        if (text.startsWith(PROJECT)) {
            return Optional.of(text.substring(PROJECT.length()));
        }
        return Optional.empty();
    }
}
