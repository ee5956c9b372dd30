package dev.reveille.gateway.web;

import static dev.reveille.session.LogText.printable;

import dev.reveille.session.SessionId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way through the door, from its head to the last byte of its answer. Belongs to the loop. */
final class Turn {

    private static final Logger ACCESS = LoggerFactory.getLogger("dev.reveille.gateway.web.access");

    private final SessionId id;
    private final HttpRequest request;
    private final String path;
    private final long begunAtNanos = System.nanoTime();
    private final CompletableFuture<Done> clientGone = new CompletableFuture<>();
    private int status;
    private boolean whole;
    private boolean doubtful;

    Turn(SessionId id, HttpRequest request) {
        this.id = id;
        this.request = request;
        this.path = request.getUri().path();
    }

    SessionId id() {
        return id;
    }

    /** The path of the request's URI, percent-encoded in one normal form. */
    String path() {
        return path;
    }

    CompletableFuture<Done> clientGone() {
        return clientGone;
    }

    void clientIsGone() {
        clientGone.complete(Done.getInstance());
    }

    /** The client has closed its half: it may be gone. */
    void doubt() {
        doubtful = true;
    }

    boolean isDoubtful() {
        return doubtful;
    }

    /**
     * The answer is on its way.
     *
     * @param whole whether it comes in one piece
     */
    void answered(int status, boolean whole) {
        this.status = status;
        this.whole = whole;
    }

    boolean isAnswered() {
        return status != 0;
    }

    boolean isWhole() {
        return whole;
    }

    /** Never the query, which may hold a token, nor any header. */
    void log(String client, long bytes) {
        if (ACCESS.isInfoEnabled()) {
            log(
                    id,
                    client,
                    request.method().value(),
                    path,
                    status,
                    bytes,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunAtNanos));
        }
    }

    /** For what never became a turn. */
    static void log(SessionId id, String client, String method, String path, int status, long bytes, long millis) {
        ACCESS.atInfo()
                .addKeyValue("session", id)
                .addKeyValue("client", client)
                .addKeyValue("method", printable(method))
                .addKeyValue("path", printable(path))
                .addKeyValue("status", status)
                .addKeyValue("bytes", bytes)
                .addKeyValue("ms", millis)
                .log("request");
    }
}
