package dev.reveille.journeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that cannot see one another for a while; keys are in the memory of the nodes only. */
@ExtendWith(SharedNode.class)
class CutNetworkTest {

    /** A request has at most five seconds. */
    private static final Duration BUDGET = Duration.ofSeconds(6);

    private static final String GIVEN_UP = "this node is no member of its cluster any more";

    @TempDir
    private static Path temporary;

    private static SecuredCompute compute;
    private static Network network;
    private static Fleet fleet;

    @BeforeAll
    static void start(DevNode computes) throws SQLException {
        compute = SecuredCompute.plain(computes, "cut-network");
        network = Network.among(3, temporary);
        fleet = Fleet.over(network, temporary, compute, "");
    }

    @AfterAll
    static void stop() throws SQLException {
        fleet.close();
        network.close();
        compute.close();
    }

    @Test
    void twoNodesThatLoseOneAnotherKeepTheirSessionsAndMeetAgain() throws IOException {
        try (Visitor one = Visitor.at(fleet.node(1).door());
                Visitor other = Visitor.at(fleet.node(2).door())) {
            // When
            long endedBefore = livesEnded();
            network.cut(1, 2);

            // Then each is served by itself and through the node that sees both, and nobody waits for ever
            assertCancelledThrough(1, one);
            assertCancelledThrough(2, other);
            assertCancelledThrough(0, one);
            assertCancelledThrough(0, other);
            assertLetGoInTime(2, one);
            await().alias("the cluster gives one of them up, or both")
                    .atMost(NodeProcess.PATIENCE)
                    .until(() -> livesEnded() > endedBefore);
            assertCancelledThrough(1, one);
            assertCancelledThrough(2, other);

            // When
            network.heal(1, 2);

            // Then
            fleet.awaitWhole();
            assertCancelledThrough(2, one);
            assertCancelledThrough(1, other);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aNodeThatWasGivenUpKeepsItsSessionsAndComesBack(int lonely) throws IOException {
        int neighbour = (lonely + 1) % 3;
        int third = (lonely + 2) % 3;
        try (Visitor visitor = Visitor.at(fleet.node(lonely).door());
                Visitor elsewhere = Visitor.at(fleet.node(neighbour).door())) {
            // When
            network.cut(lonely, neighbour);
            network.cut(lonely, third);

            // Then
            await().alias("the others give it up")
                    .atMost(NodeProcess.PATIENCE)
                    .until(() -> !fleet.node(neighbour).status().contains("node-%d.test".formatted(lonely)));
            assertCancelledThrough(lonely, visitor);
            assertCancelledThrough(third, elsewhere);
            assertLetGoInTime(third, visitor);

            // When
            network.heal(lonely, neighbour);
            network.heal(lonely, third);

            // Then
            fleet.awaitWhole();
            assertCancelledThrough(third, visitor);
            assertCancelledThrough(lonely, elsewhere);
        }
    }

    /** How often nodes 1 and 2 were given up by their cluster. */
    private static long livesEnded() {
        return fleet.node(1).process().logged(GIVEN_UP)
                + fleet.node(2).process().logged(GIVEN_UP);
    }

    private static void assertCancelledThrough(int node, Visitor visitor) throws IOException {
        visitor.begin(node);
        Visitor.cancel(visitor.key(), fleet.node(node).door());
        assertThat(visitor.end()).as("through node %d", node).contains(Visitor.CANCELLED);
    }

    /** Whether it was cancelled or not: there may be no way, and the one who asks is not kept. */
    private static void assertLetGoInTime(int node, Visitor visitor) throws IOException {
        visitor.begin(node, 1);
        long begun = System.nanoTime();
        Visitor.cancel(visitor.key(), fleet.node(node).door());
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BUDGET);
        visitor.end();
    }
}
