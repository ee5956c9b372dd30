package dev.reveille.gateway.sql;

import com.github.benmanes.caffeine.cache.Ticker;
import com.typesafe.config.ConfigFactory;
import dev.reveille.gateway.web.WebRequest;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.access.AddressPattern;
import dev.reveille.session.authentication.PasswordCheckers;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ControlPlane;
import dev.reveille.session.directory.AccessDirectory;
import dev.reveille.session.directory.AccessSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.util.ByteString;

/**
 * A door for SQL behind a real HTTP server on loopback, with a scripted desk. Knows the role {@code app} of the endpoint
 * {@code ep-a}, whose password is {@code secret}, and {@code fenced} of {@code ep-b}, where nobody here may come in.
 */
final class SqlHouse implements AutoCloseable {

    static final String URL = "postgresql://app:secret@ep-a.example.com/db";
    static final ScramVerifier VERIFIER = verifier("secret");

    final ScriptedDesk desk = new ScriptedDesk();
    final SqlDoor door;
    final Map<String, AccessControl> access = new ConcurrentHashMap<>();

    /** For each request that came, what tells it that its client has gone. */
    final BlockingQueue<CompletableFuture<Done>> clients = new LinkedBlockingQueue<>();

    private final ActorSystem system =
            ActorSystem.create("sql", ConfigFactory.parseString("""
            pekko.loglevel = off
            pekko.actor.default-dispatcher.fork-join-executor.parallelism-max = 4
            pekko.http.server.parsing.max-header-value-length = 32k
            """).withFallback(ConfigFactory.load()));

    private final PasswordCheckers checkers = new PasswordCheckers(1, 8);
    private final ServerBinding binding;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    static SqlHouse open(SqlSettings settings) {
        return new SqlHouse(settings, Optional.empty(), Optional.empty());
    }

    static SqlHouse open() {
        return open(SqlSettings.DEFAULTS);
    }

    SqlHouse(SqlSettings settings, Optional<TransactionDoor> transactions, Optional<TokenCheck> tokens) {
        access.put("ep-a/app", new AccessControl(Optional.of(VERIFIER), List.of(), List.of(), false, false));
        access.put(
                "ep-b/fenced",
                new AccessControl(
                        Optional.of(VERIFIER), List.of(AddressPattern.parse("192.0.2.1")), List.of(), false, false));
        ControlPlane plane = new ControlPlane() {
            @Override
            public CompletionStage<AccessControl> accessControl(SessionId id, EndpointId endpoint, RoleName role) {
                return CompletableFuture.completedFuture(
                        access.getOrDefault(endpoint + "/" + role, AccessControl.UNKNOWN));
            }

            @Override
            public CompletionStage<Compute> wake(SessionId session, EndpointKey key) {
                return CompletableFuture.failedFuture(new AssertionError("the desk is scripted"));
            }
        };
        AccessSettings noMemory =
                new AccessSettings(0, Duration.ofMillis(1), Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5));
        door = new SqlDoor(
                settings,
                new SqlRoles(
                        new AccessDirectory(plane, noMemory, Ticker.systemTicker()),
                        checkers,
                        ByteString.fromString("key of mocks"),
                        desk,
                        transactions,
                        tokens),
                Ticker.systemTicker());
        Materializer materializer = SystemMaterializer.get(system).materializer();
        binding = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .bind((HttpRequest request) -> answer(request, materializer))
                .toCompletableFuture()
                .join();
    }

    private CompletionStage<org.apache.pekko.http.javadsl.model.HttpResponse> answer(
            HttpRequest request, Materializer materializer) {
        CompletableFuture<Done> gone = new CompletableFuture<>();
        clients.add(gone);
        return door.handle(
                new WebRequest(request, request.getUri().path(), SessionId.random(), connection(), materializer, gone));
    }

    static ScramVerifier verifier(String password) {
        return ScramVerifier.ofPassword(password, ByteString.fromString("sixteen bytes ok"), 1);
    }

    static ClientConnection connection() {
        return new ClientConnection(
                SessionId.random(),
                ClientConnection.Door.WEB_SOCKET,
                new InetSocketAddress("127.0.0.1", 50_000),
                Optional.empty(),
                false,
                Optional.empty(),
                0);
    }

    /** No request holds any memory, now or soon: the last of it is given back when the reader has taken it. */
    void holdsNothing() {
        for (int look = 0; look < 2_000 && door.memoryHeld() > 0; look++) {
            LockSupport.parkNanos(5_000_000);
        }
        if (door.memoryHeld() > 0) {
            throw new AssertionError(door.memoryHeld() + " bytes are still held");
        }
    }

    int port() {
        return binding.localAddress().getPort();
    }

    /** Posts {@code body} to {@code /sql}; headers are names and values in turn, and may replace the usual ones. */
    HttpResponse<String> post(String body, String... headers) throws IOException, InterruptedException {
        return post(BodyPublishers.ofString(body), BodyHandlers.ofString(), headers);
    }

    <T> HttpResponse<T> post(BodyPublisher body, BodyHandler<T> handler, String... headers)
            throws IOException, InterruptedException {
        return client.send(request("/sql", "POST", body, headers), handler);
    }

    /** The same, while the test does something else. */
    CompletableFuture<HttpResponse<String>> posting(String body, String... headers) {
        return client.sendAsync(
                request("/sql", "POST", BodyPublishers.ofString(body), headers), BodyHandlers.ofString());
    }

    HttpResponse<String> send(String path, String method, String... headers) throws IOException, InterruptedException {
        return client.send(request(path, method, BodyPublishers.noBody(), headers), BodyHandlers.ofString());
    }

    private java.net.http.HttpRequest request(String path, String method, BodyPublisher body, String... headers) {
        var request = java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20))
                .setHeader("Neon-Connection-String", URL)
                .method(method, body);
        for (int at = 0; at < headers.length; at += 2) {
            request.setHeader(headers[at], headers[at + 1]);
        }
        return request.build();
    }

    @Override
    public void close() {
        client.shutdownNow();
        checkers.close();
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception slow) {
            throw new AssertionError(slow);
        }
    }
}
