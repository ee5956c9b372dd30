package dev.reveille.gateway.web;

import dev.reveille.session.ClientConnection;
import dev.reveille.session.SessionId;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.Materializer;

/**
 * One HTTP request, and what the door knows of who sent it.
 *
 * @param path of the URI, percent-encoded in one normal form
 * @param id the request's id, which the answer carries
 * @param connection the client's connection; its id is that of the connection, not of the request
 * @param materializer runs streams on the connection's loop, such as that of the request's body
 * @param clientGone completes when the client has closed its connection, or it broke, or it was closed on it
 */
public record WebRequest(
        HttpRequest http,
        String path,
        SessionId id,
        ClientConnection connection,
        Materializer materializer,
        CompletionStage<Done> clientGone) {

    /** Headers and URI may hold passwords and tokens. */
    @Override
    public String toString() {
        return "WebRequest[%s, %s]".formatted(id, connection.client());
    }
}
