package dev.reveille.gateway.sql.answer;

import dev.reveille.gateway.sql.request.SqlHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * What browsers must be told before a page may ask (Fetch standard, 3.2; spec 03 §13). Credentials come in headers that a
 * script sets, never by themselves, so every origin may be allowed. Any thread.
 */
public final class Cors {

    private static final HttpHeader EVERYBODY = RawHeader.create("Access-Control-Allow-Origin", "*");
    private static final HttpHeader VARY = RawHeader.create("Vary", "Origin");
    private static final HttpHeader EXPOSED = RawHeader.create(
            "Access-Control-Expose-Headers",
            String.join(
                    ", ",
                    "Neon-Request-Id",
                    SqlHeaders.ISOLATION_LEVEL,
                    SqlHeaders.READ_ONLY,
                    SqlHeaders.DEFERRABLE,
                    "Server-Timing"));
    private static final HttpHeader ALLOWED_HEADERS = RawHeader.create(
            "Access-Control-Allow-Headers",
            String.join(
                    ", ",
                    "Authorization",
                    "Content-Type",
                    SqlHeaders.CONNECTION_STRING,
                    SqlHeaders.RAW_TEXT_OUTPUT,
                    SqlHeaders.ARRAY_MODE,
                    SqlHeaders.POOL_OPT_IN,
                    SqlHeaders.READ_ONLY,
                    SqlHeaders.ISOLATION_LEVEL,
                    SqlHeaders.DEFERRABLE,
                    "Neon-Request-Id",
                    "X-Neon-Query-ID",
                    "traceparent",
                    SqlHeaders.STATEMENT_TIMEOUT,
                    SqlHeaders.TRANSACTION));
    private static final HttpHeader ALLOWED_METHODS = RawHeader.create("Access-Control-Allow-Methods", "POST");
    private static final HttpHeader ALLOW = RawHeader.create("Allow", "OPTIONS, POST");
    private static final HttpHeader MAX_AGE = RawHeader.create("Access-Control-Max-Age", "86400");

    private static final List<HttpHeader> FOR_PAGES = List.of(EVERYBODY, EXPOSED);
    private static final List<HttpHeader> FOR_OTHERS = List.of(EVERYBODY);

    private final Set<String> origins;

    /**
     * @param origins who may ask from a browser, such as {@code https://app.example.com}; empty means everybody
     */
    public Cors(List<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    /** What every answer to {@code request} carries. */
    public List<HttpHeader> headers(HttpRequest request) {
        if (origins.isEmpty()) {
            // Nobody but a page of another origin has any use for the list, and its browser says where it comes from.
            // No Vary: an answer to POST or OPTIONS is not kept for others.
            return request.getHeader("Origin").isPresent() ? FOR_PAGES : FOR_OTHERS;
        }
        Optional<String> allowed =
                request.getHeader("Origin").map(HttpHeader::value).filter(origins::contains);
        return allowed.isEmpty()
                ? List.of(VARY)
                : List.of(RawHeader.create("Access-Control-Allow-Origin", allowed.get()), EXPOSED, VARY);
    }

    /** The answer to a preflight. */
    public HttpResponse preflight(HttpRequest request) {
        List<HttpHeader> headers = new ArrayList<>(headers(request));
        headers.addAll(List.of(ALLOW, ALLOWED_METHODS, ALLOWED_HEADERS, MAX_AGE));
        return HttpResponse.create().withStatus(200).addHeaders(headers);
    }

    /** The answer to a method that is not served. */
    public static HttpHeader allow() {
        return ALLOW;
    }
}
