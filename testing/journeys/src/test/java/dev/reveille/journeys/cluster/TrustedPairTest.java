package dev.reveille.journeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes that show one another certificates, and a Redis that knows which of them goes on when the other is gone. */
@ExtendWith(SharedNode.class)
class TrustedPairTest {

    private static final String GIVEN_UP = "this node is no member of its cluster any more";

    /** Knocks once a second or so all the while. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(8);

    @TempDir
    private static Path temporary;

    private static SecuredCompute compute;
    private static RedisServer redis;
    private static Fleet fleet;

    @BeforeAll
    static void start(DevNode computes) throws SQLException, IOException {
        compute = SecuredCompute.plain(computes, "trusted-pair");
        redis = RedisServer.start();
        fleet = Fleet.of(
                2,
                temporary,
                compute,
                settings(certificates(temporary.resolve("peers"), TestCertificates.authority())));
    }

    @AfterAll
    static void stop() throws SQLException {
        fleet.close();
        redis.close();
        compute.close();
    }

    @Test
    void oneNodeCancelsForTheOtherAndGoesOnWithoutIt() throws IOException {
        FleetNode doomed = fleet.node(lowerAddress());
        FleetNode left = fleet.node(1 - lowerAddress());
        try (Visitor one = Visitor.at(doomed.door());
                Visitor other = Visitor.at(left.door())) {
            // Given
            assertCancelledThrough(left, one);
            assertCancelledThrough(doomed, other);

            // When
            doomed.kill();

            // Then: by its address alone, the one that is left would give itself up
            await().alias("the dead one is given up")
                    .atMost(NodeProcess.PATIENCE)
                    .until(() -> left.neighbours() == 1 && !left.status().contains("\"reachable\":false"));
            assertThat(left.process().logged(GIVEN_UP)).isZero();
            assertThat(redis.calls("eval")).as("asked for the lease").isPositive();
            assertCancelledThrough(left, other);
            try (Visitor late = Visitor.at(left.door())) {
                assertCancelledThrough(left, late);
            }

            // When
            doomed.start();

            // Then
            fleet.awaitWhole();
            assertCancelledThrough(doomed, other);
        }
    }

    @Test
    void aNodeWithACertificateOfOthersIsNotLetIn() throws IOException {
        // Given
        Path directory = temporary.resolve("stranger");
        String seeds = "cluster { bind = \"127.0.0.1:%d\", seeds = [%s] }"
                .formatted(Fleet.ports(1).getFirst(), String.join(", ", fleetAddresses()));
        try (FleetNode stranger = new FleetNode(
                2,
                directory,
                compute.behind(),
                seeds + "\n" + "control-plane { kind = fixed\n" + compute.block(Fleet.ENDPOINT, "tls = disable")
                        + "\n}\n" + settings(certificates(temporary.resolve("others"), TestCertificates.authority())),
                List.of())) {
            // When
            stranger.start();

            // Then
            await().during(LONG_ENOUGH)
                    .atMost(NodeProcess.PATIENCE)
                    .until(() -> stranger.neighbours() == 0
                            && fleet.nodes().stream().allMatch(node -> node.neighbours() == 2));
            try (Visitor visitor = Visitor.at(fleet.node(0).door())) {
                assertCancelledThrough(fleet.node(1), visitor);
            }
        }
    }

    private static String settings(Path certificates) {
        return """
                cluster.tls.directory = "%s"
                cancellation { store = redis, redis.uri = "%s" }
                """.formatted(certificates, redis.uri());
    }

    private static Path certificates(Path directory, TestCertificates authority) throws IOException {
        Files.createDirectories(directory);
        authority
                .issue(TestCertificates.Key.EC, "node")
                .writeTo(directory.resolve("node.crt"), directory.resolve("node.key"));
        Files.writeString(directory.resolve("authorities.crt"), authority.rootPem());
        return directory;
    }

    private static List<String> fleetAddresses() {
        return fleet.nodes().stream().map(node -> "\"" + address(node) + "\"").toList();
    }

    /** Which of the two would go on if nobody had a lease. */
    private static int lowerAddress() {
        return port(fleet.node(0)) < port(fleet.node(1)) ? 0 : 1;
    }

    private static int port(FleetNode node) {
        String address = address(node);
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static String address(FleetNode node) {
        String field = "\"address\":\"";
        String status = node.status();
        int begin = status.indexOf(field) + field.length();
        return status.substring(begin, status.indexOf('"', begin));
    }

    private static void assertCancelledThrough(FleetNode node, Visitor visitor) throws IOException {
        visitor.begin(node.number());
        Visitor.cancel(visitor.key(), node.door());
        assertThat(visitor.end()).as("through node %d", node.number()).contains(Visitor.CANCELLED);
    }
}
