package dev.reveille.node.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.node.admin.Readiness.Check;
import dev.reveille.node.cluster.ClusterView;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AdminServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final ActorTestKit TEST_KIT = ActorTestKit.create();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private static final ScriptedReadiness READINESS = new ScriptedReadiness();

    private static AdminServer server;

    @BeforeAll
    static void open() throws Exception {
        server = soon(AdminServer.start(TEST_KIT.system(), new InetSocketAddress("127.0.0.1", 0), READINESS));
    }

    @AfterAll
    static void close() throws Exception {
        soon(server.stop());
        CLIENT.close();
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void aNodeWhoseChecksAllPassIsReady() throws Exception {
        // Given
        READINESS.ready = List.of(Check.passed("postgres-door"), Check.passed("control-plane"));

        // When
        HttpResponse<String> answer = get("/ready");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"status\":\"passed\",\"checks\":[{\"name\":\"postgres-door\",\"status\":\"passed\"},"
                        + "{\"name\":\"control-plane\",\"status\":\"passed\"}]}\n");
    }

    @Test
    void oneFailedCheckMakesANodeUnready() throws Exception {
        // Given
        READINESS.ready = List.of(Check.passed("postgres-door"), Check.failed("drain", "leaving \"soon\"\n"));

        // When
        HttpResponse<String> answer = get("/ready");

        // Then
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body())
                .startsWith("{\"status\":\"failed\"")
                .contains("{\"name\":\"drain\",\"status\":\"failed\",\"detail\":\"leaving \\\"soon\\\"\\u000a\"}");
    }

    @Test
    void startingAndLivingAreAnsweredApart() throws Exception {
        // Given
        READINESS.startup = List.of(Check.failed("postgres-door", "not open yet"));
        READINESS.alive = List.of(Check.passed("loops"));

        // When
        int startup = get("/startup").statusCode();
        int alive = get("/alive").statusCode();

        // Then
        assertThat(startup).isEqualTo(503);
        assertThat(alive).isEqualTo(200);
    }

    @Test
    void theStatusIsAlwaysGoodAndSaysHowTheNodeAndItsClusterAre() throws Exception {
        // When
        HttpResponse<String> answer = get("/v1/status");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"leaving\":false,\"clients\":2,\"webClients\":3,"
                        + "\"cluster\":{\"state\":\"up\",\"address\":\"10.0.0.1:25520\",\"members\":["
                        + "{\"address\":\"10.0.0.1:25520\",\"state\":\"up\",\"reachable\":true},"
                        + "{\"address\":\"10.0.0.2:25520\",\"state\":\"leaving\",\"reachable\":false}]},"
                        + "\"cancellation\":{\"keys\":1,\"shards\":64,\"store\":\"redis\",\"link\":\"degraded\","
                        + "\"dropped\":7},"
                        + "\"caches\":{\"nodes\":{\"hits\":30,\"misses\":3,\"spurious\":1},"
                        + "\"access\":{\"hits\":40,\"misses\":4,\"spurious\":0}},"
                        + "\"sessionPooling\":{\"idle\":5,\"reused\":80,\"resetsFailed\":2,\"checksFailed\":1},"
                        + "\"pools\":{\"open\":9,\"idle\":4,\"waiting\":2,\"opened\":50,\"hits\":600,\"waits\":70,"
                        + "\"refusals\":5,\"resetsFailed\":1,\"retries\":8,\"cancels\":10},"
                        + "\"transactions\":{\"open\":6}}\n");
    }

    @Test
    void aLoadBalancerThatSpeaksHttpOneZeroIsAnswered() throws Exception {
        // Given
        READINESS.ready = List.of(Check.passed("postgres-door"));

        // When
        String statusLine;
        try (Socket balancer =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            balancer.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            balancer.getOutputStream().write("GET /ready HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            statusLine = new String(balancer.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("");
        }

        // Then
        assertThat(statusLine).contains(" 200 ");
    }

    @Test
    void otherPathsAreNotFound() throws Exception {
        assertThat(get("/metrics").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    @Test
    void otherMethodsAreNotAllowed() throws Exception {
        // When
        HttpResponse<String> answer =
                CLIENT.send(request("/ready").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());

        // Then
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).contains("GET");
    }

    @Test
    void anAddressThatIsTakenFailsTheStart() {
        assertThatThrownBy(() -> soon(AdminServer.start(TEST_KIT.system(), server.address(), READINESS)))
                .hasMessageContaining(String.valueOf(server.address().getPort()));
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(request(path).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path) {
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort() + path);
        return HttpRequest.newBuilder(uri).timeout(PATIENCE);
    }

    private static <T> T soon(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static final class ScriptedReadiness implements Readiness {

        private volatile List<Check> startup = List.of();
        private volatile List<Check> alive = List.of();
        private volatile List<Check> ready = List.of();

        @Override
        public List<Check> startup() {
            return startup;
        }

        @Override
        public List<Check> alive() {
            return alive;
        }

        @Override
        public List<Check> ready() {
            return ready;
        }

        @Override
        public NodeStatus status() {
            ClusterView cluster = new ClusterView(
                    "up",
                    "10.0.0.1:25520",
                    List.of(
                            new ClusterView.Member("10.0.0.1:25520", "up", true),
                            new ClusterView.Member("10.0.0.2:25520", "leaving", false)));
            return new NodeStatus(
                    false,
                    2,
                    3,
                    cluster,
                    1,
                    64,
                    "redis",
                    true,
                    7,
                    new CacheCounts(30, 3, 1),
                    new CacheCounts(40, 4, 0),
                    new KeptCounts(5, 80, 2, 1),
                    new PoolCounts(9, 4, 2, 50, 600, 70, 5, 1, 8, 10),
                    6);
        }
    }
}
