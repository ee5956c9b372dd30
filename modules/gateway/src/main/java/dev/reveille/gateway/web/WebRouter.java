package dev.reveille.gateway.web;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethod;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Which request goes to whom (spec 03 §2): {@code /sql} and what is below it, and {@code /} for the console. */
public final class WebRouter implements WebHandler {

    private static final String SQL = "/sql";

    private final Optional<WebHandler> sql;
    private final Optional<WebHandler> console;

    /**
     * @param sql answers statements, whatever their method
     * @param console answers {@code GET /} and {@code HEAD /}
     */
    public WebRouter(Optional<WebHandler> sql, Optional<WebHandler> console) {
        this.sql = sql;
        this.console = console;
    }

    @Override
    public CompletionStage<HttpResponse> handle(WebRequest request) {
        String path = request.path();
        if (sql.isPresent() && (path.equals(SQL) || path.startsWith(SQL + "/"))) {
            return sql.get().handle(request);
        }
        if (console.isPresent() && path.equals("/")) {
            HttpMethod method = request.http().method();
            return method.equals(HttpMethods.GET) || method.equals(HttpMethods.HEAD)
                    ? console.get().handle(request)
                    : CompletableFuture.completedFuture(notAllowed());
        }
        return CompletableFuture.completedFuture(notFound());
    }

    private static HttpResponse notFound() {
        return WebError.of(StatusCodes.NOT_FOUND.intValue(), "ERROR", "0A000", "there is nothing at this path");
    }

    private static HttpResponse notAllowed() {
        return WebError.of(
                        StatusCodes.METHOD_NOT_ALLOWED.intValue(),
                        "ERROR",
                        "0A000",
                        "this path takes GET and HEAD requests only")
                .addHeader(RawHeader.create("Allow", "GET, HEAD"));
    }
}
