package dev.reveille.gateway.bench;

import com.typesafe.config.ConfigFactory;
import dev.reveille.gateway.front.FrontDoorSettings;
import dev.reveille.gateway.front.ProxyProtocol;
import dev.reveille.gateway.loops.Loops;
import dev.reveille.gateway.loops.LoopsSetup;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.loops.Transport;
import dev.reveille.gateway.tls.CertificateProblem;
import dev.reveille.gateway.tls.CertificateSettings;
import dev.reveille.gateway.tls.CertificateStore;
import dev.reveille.gateway.tls.TlsProvider;
import dev.reveille.gateway.web.WebHandler;
import dev.reveille.gateway.web.WebListener;
import dev.reveille.gateway.web.WebRequest;
import dev.reveille.gateway.web.WebSettings;
import dev.reveille.session.visit.Sessions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * A door that serves until it is ended. Arguments: the binding ({@code loops} is Reveille's, {@code usual} Pekko HTTP's own),
 * the handler ({@code sql} is Reveille's with its pools, {@code constant} answers without asking anybody), the port and, for
 * the usual binding, another one for TLS, the directory of the certificate, and PostgreSQL's port and database, which is the
 * endpoint's name, too. The role's secret is BENCH_VERIFIER.
 */
final class DoorBench {

    private static final String HOST = "127.0.0.1";
    private static final int PATIENCE_SECONDS = 30;
    private static final String ANSWER = "{\"fields\":[{\"name\":\"n\",\"dataTypeID\":23,\"tableID\":0,\"columnID\":0,"
            + "\"dataTypeSize\":4,\"dataTypeModifier\":-1,\"format\":\"text\"}],\"rows\":[[\"1\"]],\"command\":\"SELECT\","
            + "\"rowCount\":1,\"rowAsArray\":true}";

    private DoorBench() {}

    public static void main(String[] arguments) throws CertificateProblem, SSLException {
        Loops loops = Loops.open(Runtime.getRuntime().availableProcessors(), Transport.best());
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "door",
                ActorSystemSetup.create(
                        BootstrapSetup.create(loops.dispatchers()
                                .withFallback(ConfigFactory.parseMap(Map.of("pekko.loglevel", "WARNING")))
                                .withFallback(ConfigFactory.load())),
                        new LoopsSetup(loops)));
        WebHandler handler = switch (arguments[1]) {
            case "sql" -> SqlAlone.open(loops, system, Integer.parseInt(arguments[5]), arguments[6], secret());
            case "constant" -> DoorBench::constant;
            default -> throw new IllegalArgumentException("a handler of which nothing is known: " + arguments[1]);
        };
        int port = Integer.parseInt(arguments[2]);
        Path certificates = Path.of(arguments[4]);
        switch (arguments[0]) {
            case "loops" -> openOurs(loops, system, port, certificates, handler);
            case "usual" -> UsualBinding.open(system, port, Integer.parseInt(arguments[3]), certificates, handler);
            default -> throw new IllegalArgumentException("a binding of which nothing is known: " + arguments[0]);
        }
    }

    /** Without sessions: WebSockets are not asked for. */
    private static void openOurs(Loops loops, ActorSystem<Void> system, int port, Path certificates, WebHandler handler)
            throws CertificateProblem {
        CertificateStore store = CertificateStore.open(
                CertificateSettings.doors(certificates, TlsProvider.AUTO, CertificateSettings.RELOAD_EVERY));
        List<ActorRef<Sessions.Message>> nobody = loops.all().stream()
                .map(_ -> system.<Sessions.Message>ignoreRef())
                .toList();
        WebListener.open(
                        loops,
                        system,
                        new InetSocketAddress(HOST, port),
                        WebSettings.DEFAULTS,
                        new FrontDoorSettings(
                                Optional.of(store), false, new ProxyProtocol.Off(), FrontDoorSettings.LOGIN_TIMEOUT),
                        SocketSettings.DEFAULTS,
                        nobody,
                        handler)
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private static CompletionStage<HttpResponse> constant(WebRequest request) {
        request.http().discardEntityBytes(request.materializer());
        return CompletableFuture.completedFuture(
                HttpResponse.create().withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, ANSWER)));
    }

    private static String secret() {
        return Optional.ofNullable(System.getenv("BENCH_VERIFIER")).orElseThrow();
    }
}
