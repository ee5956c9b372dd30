package dev.reveille.gateway.bench;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.function.Function;

/** Pekko HTTP bound as its manual says, with TLS by the JDK: what Reveille's own door is compared with. */
final class UsualBinding {

    private static final String HOST = "127.0.0.1";
    private static final int PATIENCE_SECONDS = 30;

    private UsualBinding() {}

    static void open(
            ActorSystem<?> system,
            Function<HttpRequest, CompletionStage<HttpResponse>> handler,
            int port,
            int tlsPort,
            Path certificates)
            throws SSLException {
        await(Http.get(system).newServerAt(HOST, port).bind(handler));
        await(Http.get(system)
                .newServerAt(HOST, tlsPort)
                .enableHttps(https(certificates))
                .bind(handler));
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
