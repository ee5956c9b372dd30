package dev.reveille.gateway.console;

import dev.reveille.gateway.web.WebHandler;
import dev.reveille.gateway.web.WebRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Allow;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Serves the console at {@code /} and answers 404 everywhere else, so that it can stand behind all other handlers.
 *
 * <p>The page is one file without anything from elsewhere, and its policy says so to the browser: no script and no style but
 * its own, no connection but to the door that it came from, no frame around it. It holds no secret; a browser keeps it and
 * asks each time whether it has changed.
 *
 * <p>May be used from any thread.
 */
public final class Console implements WebHandler {

    private static final String NEVER_KEPT = "no-store";
    private static final String ASK_EACH_TIME = "no-cache";

    private final Page page = Page.fromResources();
    private final List<HttpHeader> headers = List.of(
            RawHeader.create("Content-Security-Policy", page.policy()),
            RawHeader.create("X-Frame-Options", "DENY"),
            RawHeader.create("X-Content-Type-Options", "nosniff"),
            RawHeader.create("Referrer-Policy", "no-referrer"),
            RawHeader.create("Cross-Origin-Opener-Policy", "same-origin"),
            RawHeader.create("Cross-Origin-Resource-Policy", "same-origin"),
            RawHeader.create("Cache-Control", ASK_EACH_TIME),
            RawHeader.create("ETag", page.tag()));

    /** Whether {@code request} asks for the page, by its path. */
    public static boolean isAskedFor(HttpRequest request) {
        return request.getUri().path().equals("/");
    }

    @Override
    public CompletionStage<HttpResponse> handle(WebRequest request) {
        return CompletableFuture.completedStage(answer(request.http()));
    }

    HttpResponse answer(HttpRequest request) {
        if (!isAskedFor(request)) {
            return refusal().withStatus(StatusCodes.NOT_FOUND);
        }
        if (!request.method().equals(HttpMethods.GET) && !request.method().equals(HttpMethods.HEAD)) {
            return refusal()
                    .withStatus(StatusCodes.METHOD_NOT_ALLOWED)
                    .addHeader(Allow.create(HttpMethods.GET, HttpMethods.HEAD));
        }
        HttpResponse answer = HttpResponse.create().withHeaders(headers);
        return isKnownTo(request)
                ? answer.withStatus(StatusCodes.NOT_MODIFIED)
                : answer.withEntity(
                        HttpEntities.create(MediaTypes.TEXT_HTML.toContentType(HttpCharsets.UTF_8), page.bytes()));
    }

    private boolean isKnownTo(HttpRequest request) {
        return request.getHeader("If-None-Match")
                .map(known -> known.value().contains(page.tag()))
                .orElse(false);
    }

    private static HttpResponse refusal() {
        return HttpResponse.create()
                .addHeader(RawHeader.create("Cache-Control", NEVER_KEPT))
                .withEntity(ContentTypes.TEXT_PLAIN_UTF8, "There is nothing here but the console, at /\n");
    }
}
