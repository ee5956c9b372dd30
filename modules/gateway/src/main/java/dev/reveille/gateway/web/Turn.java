package dev.reveille.gateway.web;

import dev.reveille.session.SessionId;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** One request on its way through the door, from its head to the last byte of its answer. Belongs to the loop. */
final class Turn {

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
        AccessLine.log(id, client, request.method().value(), path, status, bytes, System.nanoTime() - begunAtNanos);
    }
}
