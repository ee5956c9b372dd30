package dev.reveille.gateway.bench;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/**
 * A door that serves until it is ended. Arguments: the binding ({@code loops} is Reveille's, {@code usual} Pekko HTTP's own), the
 * handler ({@code sql} is Reveille's with its pools, {@code constant} answers without asking anybody), the ports for plain
 * and TLS, the directory of the certificate, and PostgreSQL's port and database. BENCH_VERIFIER is the role's secret.
 */
final class DoorBench {

    private static final String ANSWER = "{\"fields\":[{\"name\":\"n\",\"dataTypeID\":23,\"tableID\":0,\"columnID\":0,"
            + "\"dataTypeSize\":4,\"dataTypeModifier\":-1,\"format\":\"text\"}],\"rows\":[[\"1\"]],\"command\":\"SELECT\","
            + "\"rowCount\":1,\"rowAsArray\":true}";

    private DoorBench() {}

    public static void main(String[] arguments) throws SSLException {
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "door",
                ConfigFactory.parseMap(Map.of("pekko.loglevel", "WARNING")).withFallback(ConfigFactory.load()));
        UsualBinding.open(
                system,
                request -> constant(system, request),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Path.of(arguments[4]));
    }

    private static CompletionStage<HttpResponse> constant(ActorSystem<?> system, HttpRequest request) {
        request.discardEntityBytes(system);
        return CompletableFuture.completedFuture(HttpResponse.create()
                .withStatus(StatusCodes.OK)
                .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, ANSWER)));
    }
}
