package dev.reveille.gateway.bench;

import dev.reveille.gateway.web.WebHandler;
import dev.reveille.gateway.web.WebRequest;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.SessionId;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;

/** Pekko HTTP bound as its manual says, with TLS by the JDK: what Reveille's own door is compared with. */
final class UsualBinding {

    private static final String HOST = "127.0.0.1";
    private static final int PATIENCE_SECONDS = 30;

    /** The usual binding does not tell a handler that the client has gone. */
    private static final CompletionStage<Done> NEVER = new CompletableFuture<Done>().minimalCompletionStage();

    private UsualBinding() {}

    /** Two ports, because this binding does not tell plain from TLS by itself. */
    static void open(ActorSystem<?> system, int port, int tlsPort, Path certificates, WebHandler handler)
            throws SSLException {
        Materializer streams = SystemMaterializer.get(system).materializer();
        ClientConnection client = somebody();
        Function<HttpRequest, CompletionStage<HttpResponse>> serve = request -> handler.handle(
                new WebRequest(request, request.getUri().path(), SessionId.random(), client, streams, NEVER));
        await(Http.get(system).newServerAt(HOST, port).bind(serve));
        await(Http.get(system)
                .newServerAt(HOST, tlsPort)
                .enableHttps(https(certificates))
                .bind(serve));
    }

    private static ClientConnection somebody() {
        return new ClientConnection(
                SessionId.random(),
                ClientConnection.Door.HTTP,
                new InetSocketAddress(HOST, 0),
                Optional.empty(),
                false,
                Optional.empty(),
                System.nanoTime());
    }

    private static HttpsConnectionContext https(Path certificates) throws SSLException {
        JdkSslContext context = (JdkSslContext) SslContextBuilder.forServer(
                        certificates.resolve("default.crt").toFile(),
                        certificates.resolve("default.key").toFile())
                .sslProvider(SslProvider.JDK)
                .build();
        return ConnectionContext.httpsServer(context.context());
    }

    private static void await(CompletionStage<?> bound) {
        bound.toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
