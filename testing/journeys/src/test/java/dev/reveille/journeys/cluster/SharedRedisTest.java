package dev.reveille.journeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import dev.reveille.kit.redis.RedisServer;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is in Redis, who else reads and writes there, and how little anybody can make the fleet ask of it. */
@ExtendWith(SharedNode.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SharedRedisTest {

    private static final String SEALING = "\"7:%s\"".formatted("QUJD".repeat(10) + "QUI=");

    private static final int FLOOD = 50_000;

    /** So many at once that the limit is reached, although each made-up key is looked for twice. */
    private static final int FLOODERS = 400;

    private static final int SOURCES = 8;

    /** Cancel requests from one network: at once, and then in each second. */
    private static final int BURST = 1_500;

    private static final int PER_SECOND = 600;

    /** A key that is not there is looked for once more: its session may be just beginning. */
    private static final int LOOK_UPS_EACH = 2;

    /** A key is looked after for the first time a minute after it was stored. */
    private static final Duration FIRST_REFRESH = Duration.ofSeconds(75);

    @TempDir
    private static Path temporary;

    private static SecuredCompute compute;
    private static RedisServer redis;
    private static Fleet fleet;

    /** Here from the beginning, and Redis has lost its key since. */
    private static Visitor witness;

    @BeforeAll
    static void start(DevNode computes) throws SQLException, IOException {
        compute = SecuredCompute.plain(computes, "shared-redis");
        redis = RedisServer.start();
        fleet = Fleet.of(2, temporary, compute, """
                cancellation { store = redis, redis.uri = "%s", keys = [%s] }
                control-plane { %s }
                """.formatted(
                redis.uri(), SEALING, compute.block("closed", "tls = disable, allowed-addresses = [\"10.0.0.0/8\"]")));
        witness = Visitor.at(fleet.node(0).door());
        awaitInRedis(witness);
        redis.call("DEL", witness.redisKey());
    }

    @AfterAll
    static void stop() throws SQLException, IOException {
        witness.close();
        fleet.close();
        redis.close();
        compute.close();
    }

    @Test
    void aPooledSessionIsCancelledThroughEachNodeAndIsNotInRedis() throws IOException {
        Destination pooler = fleet.node(0).door().at(Fleet.ENDPOINT + "-pooler");
        for (FleetNode node : fleet.nodes()) {
            try (Visitor visitor = Visitor.at(pooler);
                    Visitor later = Visitor.at(fleet.node(0).door())) {
                // Given
                visitor.begin(node.number());

                // When
                Visitor.cancel(visitor.key(), node.door());

                // Then
                assertThat(visitor.end()).contains(Visitor.CANCELLED);
                awaitInRedis(later);
                assertThat(redis.call("EXISTS", visitor.redisKey())).isEqualTo("0");
            }
        }
    }

    @Test
    void aRecordOfTheReferenceIsUnderstoodByEachNode() throws IOException {
        try (Visitor visitor = Visitor.at(compute.itself())) {
            for (FleetNode node : fleet.nodes()) {
                // Given
                BackendKeyData key = random(node.number());
                redis.call("SET", Visitor.redisKey(key), record(visitor.key(), Fleet.ENDPOINT), "EX", "90");
                visitor.begin(node.number());

                // When
                Visitor.cancel(key, node.door());

                // Then
                assertThat(visitor.end()).contains(Visitor.CANCELLED);
            }
        }
    }

    @Test
    void aRecordOfAnEndpointThatIsClosedToTheCancellerIsLeftAlone() throws IOException {
        try (Visitor visitor = Visitor.at(compute.itself())) {
            // Given
            BackendKeyData key = random(77);
            redis.call("SET", Visitor.redisKey(key), record(visitor.key(), "closed"), "EX", "90");
            visitor.begin(1, 1);

            // When
            Visitor.cancel(key, fleet.node(0).door());

            // Then
            assertThat(visitor.end()).isEmpty();
        }
    }

    @Test
    void ourRecordsAreWhatTheReferenceReads() throws IOException {
        try (Visitor visitor = Visitor.at(fleet.node(0).door())) {
            // Given
            awaitInRedis(visitor);

            // When
            String json = redis.call("GET", visitor.redisKey());

            // Then
            int processId = Integer.parseInt(visitor.ask("select pg_backend_pid()"));
            assertThat(json)
                    .contains("\"socket_addr\":\"127.0.0.1:%d\""
                            .formatted(compute.itself().port()))
                    .contains("\"ssl_mode\":\"Disable\"")
                    .contains("\"process_id\":" + processId)
                    .containsPattern("\"hostname\":\"[^\"]*\"")
                    .containsPattern("\"user_info\":\\{\"endpoint\":\"fleet\",\"user\":\"app\",\"options\":\\[.*]}");
            assertThat(Integer.parseInt(redis.call("TTL", visitor.redisKey()))).isBetween(1, 90);

            // When it is carried out as the reference does, at the compute itself
            Matcher secret = Pattern.compile("\"secret_key\":(-?\\d+)").matcher(json);
            assertThat(secret.find()).isTrue();
            visitor.begin(1);
            Visitor.cancel(key(processId, Integer.parseInt(secret.group(1))), compute.itself());

            // Then
            assertThat(visitor.end()).contains(Visitor.CANCELLED);
        }
    }

    @Test
    void sealedKeysNeverComeToRedisAndForgeriesNeither() throws IOException {
        try (Visitor visitor = Visitor.by(ProtocolVersion.V3_2, fleet.node(0).door())) {
            // Given
            long gets = redis.calls("get");
            long sets = redis.calls("set");
            visitor.begin(1);

            // When
            byte[] forged = visitor.key().secretKey().toArray();
            forged[forged.length / 2] ^= 1;
            for (FleetNode node : fleet.nodes()) {
                Visitor.cancel(
                        new BackendKeyData(visitor.key().processId(), ByteString.fromArray(forged)), node.door());
            }
            Visitor.cancel(visitor.key(), fleet.node(1).door());

            // Then
            assertThat(visitor.end()).contains(Visitor.CANCELLED);
            assertThat(redis.calls("get")).isEqualTo(gets);
            assertThat(redis.calls("set")).isEqualTo(sets);
        }
    }

    @Test
    void sessionsThatAreCancelledAskNothingOfRedis() throws IOException {
        try (Visitor visitor = Visitor.at(fleet.node(0).door())) {
            // Given
            long gets = redis.calls("get");

            // When
            for (FleetNode node : fleet.nodes()) {
                visitor.begin(1);
                Visitor.cancel(visitor.key(), node.door());
                assertThat(visitor.end()).contains(Visitor.CANCELLED);
            }

            // Then the shard knew
            assertThat(redis.calls("get")).isEqualTo(gets);
        }
    }

    @Test
    void aFloodOfMadeUpKeysNeitherBuriesRedisNorKeepsOthersWaiting() throws IOException {
        Destination door = fleet.node(0).door();
        try (Visitor visitor = Visitor.at(door)) {
            long gets = redis.calls("get");
            long begun = System.nanoTime();

            // When
            AtomicInteger sent = new AtomicInteger();
            List<CompletableFuture<Void>> flooders = IntStream.range(0, FLOODERS)
                    .mapToObj(number -> CompletableFuture.runAsync(
                            () -> flood("127.9.0." + (number % SOURCES + 1), number, door, sent),
                            task -> Thread.ofVirtual().start(task)))
                    .toList();

            // Then
            Duration worst = Duration.ZERO;
            while (!flooders.stream().allMatch(CompletableFuture::isDone)) {
                long asked = System.nanoTime();
                visitor.begin(1);
                Visitor.cancelFrom("127.1.0.1", visitor.key(), fleet.node(1).door());
                assertThat(visitor.end()).contains(Visitor.CANCELLED);
                visitor.begin(2);
                Visitor.cancelFrom("127.1.0.1", visitor.key(), door);
                assertThat(visitor.end()).contains(Visitor.CANCELLED);
                Duration took = Duration.ofNanos(System.nanoTime() - asked);
                worst = took.compareTo(worst) > 0 ? took : worst;
            }
            flooders.forEach(CompletableFuture::join);
            assertThat(sent).hasValue(FLOOD);
            assertThat(worst).isLessThan(Duration.ofSeconds(5));
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun) + 1;
            assertThat(redis.calls("get") - gets).isLessThanOrEqualTo(LOOK_UPS_EACH * (BURST + PER_SECOND * seconds));
            System.out.printf(
                    "flood: %d s, %d look-ups, others waited %s%n", seconds, redis.calls("get") - gets, worst);
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aKeyThatRedisLostIsThereAgainAfterItsRefresh() {
        await().atMost(FIRST_REFRESH)
                .until(() -> redis.call("EXISTS", witness.redisKey()).equals("1"));
    }

    private static void awaitInRedis(Visitor visitor) {
        await().atMost(NodeProcess.PATIENCE)
                .until(() -> redis.call("EXISTS", visitor.redisKey()).equals("1"));
    }

    private static void flood(String source, long seed, Destination door, AtomicInteger sent) {
        Random random = new Random(seed);
        for (int request = 0; request < FLOOD / FLOODERS; request++) {
            try {
                Visitor.cancelFrom(source, key(random.nextInt(), random.nextInt()), door);
            } catch (IOException refused) {
                // Turned away is as good.
            }
            sent.incrementAndGet();
        }
    }

    /** As the reference writes one for a session at the fleet's compute. */
    private static String record(BackendKeyData computesKey, String endpoint) {
        return """
                {"socket_addr":"127.0.0.1:%d",\
                "cancel_token":{"ssl_mode":"Disable","process_id":%d,"secret_key":%d},\
                "hostname":"127.0.0.1",\
                "user_info":{"endpoint":"%s","user":"app","options":[]}}""".formatted(
                        compute.itself().port(),
                        computesKey.processId(),
                        computesKey.secretKey().asByteBuffer().getInt(),
                        endpoint);
    }

    private static BackendKeyData random(int seed) {
        Random random = new Random(seed);
        return key(random.nextInt(), random.nextInt());
    }

    private static BackendKeyData key(int processId, int secret) {
        return new BackendKeyData(
                processId,
                ByteString.fromArray(
                        ByteBuffer.allocate(Integer.BYTES).putInt(secret).array()));
    }
}
