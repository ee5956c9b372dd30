package dev.reveille.gateway.web;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Answers HTTP requests. */
@FunctionalInterface
public interface WebHandler {

    /**
     * Answers one request. Called on the loop of the client's connection, so it must not block; the stage may complete on any
     * thread. The door adds the request id to whatever it answers, drains bodies that were not read, and turns a failure into
     * an answer with status 500 that says nothing of its cause.
     */
    CompletionStage<HttpResponse> handle(WebRequest request);
}
