package dev.reveille.journeys.clients;

import dev.reveille.journeys.house.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;

/** The way by SQL over HTTP in clear text, with nothing but HTTP. Immutable; any thread. */
public final class SqlOverHttp {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final WebDestination destination;
    private final Map<String, String> headers;

    private SqlOverHttp(WebDestination destination, Map<String, String> headers) {
        this.destination = destination;
        this.headers = headers;
    }

    /** With the role's password. */
    public static SqlOverHttp to(WebDestination destination) {
        Destination behind = destination.behind();
        return to(destination, behind.role() + ":" + behind.password());
    }

    /** With a token instead of it. */
    public static SqlOverHttp withToken(WebDestination destination, String token) {
        return to(destination, destination.behind().role()).with("Authorization", "Bearer " + token);
    }

    private static SqlOverHttp to(WebDestination destination, String who) {
        String connection = "postgresql://%s@%s.localhost/%s"
                .formatted(
                        who,
                        destination.behind().endpoint(),
                        destination.behind().database());
        return new SqlOverHttp(destination, Map.of("Neon-Connection-String", connection));
    }

    public SqlOverHttp with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new SqlOverHttp(destination, more);
    }

    /** What one statement is answered with. It must not need escaping in JSON. */
    public HttpResponse<String> ask(String sql) {
        return post("/sql", "{\"query\":\"%s\",\"params\":[]}".formatted(sql));
    }

    /** What is answered at another path, or to another body. */
    public HttpResponse<String> post(String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + destination.authority() + path))
                .timeout(NodeProcess.PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException ended) {
            throw new AssertionError(ended);
        }
    }
}
