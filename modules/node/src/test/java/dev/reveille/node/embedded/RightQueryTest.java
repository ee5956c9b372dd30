package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.sockets.GoodClient;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.node.NodeUnderTest;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.session.SessionId;
import dev.reveille.session.compute.ComputeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real server behind a whole node: a cancel request hits the query that it was meant for, or none. */
class RightQueryTest {

    private static final Duration DELAY = Duration.ofMillis(25);

    /** Longer than a node takes to stop that waits for nobody. */
    private static final Duration LONG_DELAY = Duration.ofSeconds(3);

    @TempDir
    Path temporary;

    @TempDir
    Path elsewhere;

    private EmbeddedHouse house;
    private SlowCancelRoad slowRoad;
    private SlowCancelRoad longRoad;
    private NodeUnderTest node;

    @BeforeEach
    void open() throws Exception {
        Path directory = Seed.copyTo(temporary.resolve("data"));
        house = EmbeddedHouse.open(EmbeddedSettings.of(directory, Duration.ofMinutes(10)));
        ComputeAddress compute = house.wake("blue").address();
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(compute.host()), compute.port());
        slowRoad = new SlowCancelRoad(address, DELAY);
        longRoad = new SlowCancelRoad(address, LONG_DELAY);
        String verifier = house.controlPlane
                .accessControl(SessionId.random(), EmbeddedHouse.key("blue").endpoint(), EmbeddedControlPlane.ROLE)
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS)
                .secret()
                .orElseThrow()
                .encode();
        String endpoints = "reveille.control-plane.endpoints.";
        Map<String, Object> settings = new HashMap<>(Map.of("reveille.loops", 2));
        Map.of("near", compute.port(), "far", slowRoad.port(), "farthest", longRoad.port())
                .forEach((name, port) -> settings.putAll(Map.of(
                        endpoints + name + ".address",
                        compute.host() + ":" + port,
                        endpoints + name + ".tls",
                        "disable",
                        endpoints + name + ".roles.app",
                        verifier)));
        node = NodeUnderTest.startedWith(settings, elsewhere);
    }

    @AfterEach
    void close() throws IOException {
        node.close();
        slowRoad.close();
        longRoad.close();
        house.close();
    }

    @ParameterizedTest
    @CsvSource({"3, 0", "3, 2"})
    void noNextQueryIsHitByARequestThatCameTooLate(int major, int minor) throws IOException {
        int hit = 0;
        try (GoodClient client = guest(new ProtocolVersion(major, minor), "near")) {
            for (int round = 0; round < 500; round++) {
                // Given
                client.asks("select 1");

                // When
                cancels(client);

                // Then
                hit += client.asks("select pg_sleep(0.005)").error().isPresent() ? 1 : 0;
            }
        }
        assertThat(hit).isZero();
    }

    @Test
    void aQueryThatFollowsAtOnceIsNotHitByACancellationThatIsStillOnItsWay() throws Exception {
        int rounds = 200;
        int hit = 0;
        try (GoodClient client = guest(ProtocolVersion.V3_0, "far")) {
            for (int round = 0; round < rounds; round++) {
                // Given: the request comes while the query runs, and the query ends before it arrives.
                CompletableFuture<Void> cancelled = CompletableFuture.runAsync(() -> cancels(client));
                client.asks("select pg_sleep(0.015)");

                // When
                Optional<ErrorFields> next =
                        client.asks("select pg_sleep(0.03)").error();

                // Then
                hit += next.isPresent() ? 1 : 0;
                cancelled.get(30, TimeUnit.SECONDS);
            }
        }
        assertThat(hit).isZero();
        assertThat(slowRoad.cancels()).isGreaterThan(rounds / 2);
    }

    @Test
    void aQueryThatRunsIsHit() throws Exception {
        try (GoodClient client = guest(ProtocolVersion.V3_2, "near")) {
            // Given
            CompletableFuture<Void> cancelled = CompletableFuture.runAsync(() -> {
                house.eventually(() -> assertThat(sleepers()).isEqualTo("1"));
                cancels(client);
            });

            // When
            Optional<ErrorFields> error = client.asks("select pg_sleep(60)").error();

            // Then
            assertThat(error.orElseThrow().toString()).contains("57014");
            cancelled.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aCancellationThatIsOnItsWayArrivesBeforeTheNodeIsGone() throws Exception {
        // Given
        GoodClient client = guest(ProtocolVersion.V3_0, "farthest");
        Thread.ofVirtual().start(() -> asksInVain(client));
        house.eventually(() -> assertThat(sleepers()).isEqualTo("1"));
        Thread.ofVirtual().start(() -> cancels(client));
        house.eventually(() -> assertThat(longRoad.cancels()).isEqualTo(1));

        // When
        node.close();

        // Then
        assertThat(longRoad.arrived()).isPositive().isEqualTo(longRoad.cancels());
    }

    private String sleepers() throws Exception {
        return house.ask(
                house.wake("blue").address(),
                "select count(*) from pg_stat_activity where query = 'select pg_sleep(60)' and state = 'active'");
    }

    private GoodClient guest(ProtocolVersion version, String endpoint) throws IOException {
        StartupMessage startup =
                ScriptedClient.startup(version, "user", "app", "database", "app", "options", "endpoint=" + endpoint);
        return GoodClient.loggedIn(node.door(), startup, house.controlPlane.password());
    }

    /** The node goes away before there is an answer. */
    private static void asksInVain(GoodClient client) {
        try (client) {
            client.asks("select pg_sleep(60)");
        } catch (IOException _) {
            // As was said.
        }
    }

    /** Shows the client's key, and waits until the connection is closed. */
    private void cancels(GoodClient client) {
        try (HostileClient canceller = HostileClient.connectedTo(node.door())) {
            canceller.says(
                    new CancelRequest(client.key().processId(), client.key().secretKey()).encode());
            assertThat(canceller.hearsToTheEnd().isEmpty()).isTrue();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
