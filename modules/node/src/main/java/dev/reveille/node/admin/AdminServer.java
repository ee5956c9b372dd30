package dev.reveille.node.admin;

import dev.reveille.node.admin.Readiness.Check;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Allow;
import org.apache.pekko.http.javadsl.model.headers.CacheControl;
import org.apache.pekko.http.javadsl.model.headers.CacheDirectives;
import org.apache.pekko.http.javadsl.model.headers.Host;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/**
 * Answers probes over plain HTTP (spec 04 §16, §20.1): {@code GET /startup}, {@code /alive} and {@code /ready} with 200
 * or 503 and a body that names each check, and {@code GET /v1/status}, which says 200 as long as the process
 * answers, and how the node and its cluster are.
 *
 * <p>May be used from any thread.
 */
public final class AdminServer {

    private static final int LAST_ANSWERS_MILLIS = 500;

    /** HTTP/1.0 has no Host header, and that is what HAProxy's checks speak. */
    private static final Host ANY_HOST = Host.create("localhost");

    private final ServerBinding binding;

    private AdminServer(ServerBinding binding) {
        this.binding = binding;
    }

    /** Listens on {@code address}; fails where the address cannot be taken. */
    public static CompletionStage<AdminServer> start(
            ActorSystem<?> system, InetSocketAddress address, Readiness readiness) {
        return Http.get(system)
                .newServerAt(address.getAddress().getHostAddress(), address.getPort())
                .withSettings(ServerSettings.create(system.settings().config()).withDefaultHostHeader(ANY_HOST))
                .bindSync(request -> {
                    request.discardEntityBytes(system);
                    return answer(request, readiness);
                })
                .thenApply(AdminServer::new);
    }

    /** Where it listens; the real port, where any free one was asked for. */
    public InetSocketAddress address() {
        return binding.localAddress();
    }

    /** Stops listening; probes under way are answered for {@value #LAST_ANSWERS_MILLIS} ms at most. */
    public CompletionStage<Void> stop() {
        return binding.terminate(Duration.ofMillis(LAST_ANSWERS_MILLIS)).thenApply(_ -> null);
    }

    private static HttpResponse answer(HttpRequest request, Readiness readiness) {
        if (!request.method().equals(HttpMethods.GET)) {
            return HttpResponse.create()
                    .withStatus(StatusCodes.METHOD_NOT_ALLOWED)
                    .addHeader(Allow.create(HttpMethods.GET));
        }
        return switch (request.getUri().path()) {
            case "/startup" -> probe(readiness.startup());
            case "/alive" -> probe(readiness.alive());
            case "/ready" -> probe(readiness.ready());
            case "/v1/status" -> json(StatusCodes.OK, readiness.status().json());
            default -> HttpResponse.create().withStatus(StatusCodes.NOT_FOUND);
        };
    }

    private static HttpResponse probe(List<Check> checks) {
        ProbeAnswer answer = new ProbeAnswer(checks);
        return json(answer.passed() ? StatusCodes.OK : StatusCodes.SERVICE_UNAVAILABLE, answer.json());
    }

    private static HttpResponse json(StatusCode status, String body) {
        return HttpResponse.create()
                .withStatus(status)
                .addHeader(CacheControl.create(CacheDirectives.NO_STORE))
                .withEntity(ContentTypes.APPLICATION_JSON, body);
    }
}
