package dev.reveille.journeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import dev.reveille.protocol.backend.BackendKeyData;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are killed while others go on; keys are in the memory of the nodes only. */
@ExtendWith(SharedNode.class)
class NodeDeathTest {

    /** Enough that each of three nodes has shards of some of their keys. */
    private static final int SESSIONS = 24;

    /** Three nodes are so few that no shard need be asked; here they shall be. */
    private static final String BY_SHARD = "cancellation.nodes-at-once = 0";

    /** Much less than the seconds in which a dead node is found out and its shards move. */
    private static final Duration AT_ONCE = Duration.ofMillis(2_500);

    @TempDir
    private static Path temporary;

    private static SecuredCompute compute;
    private static Fleet fleet;

    private final List<Visitor> visitors = new ArrayList<>();

    @BeforeAll
    static void start(DevNode computes) throws SQLException {
        compute = SecuredCompute.plain(computes, "node-death");
        fleet = Fleet.of(3, temporary, compute, BY_SHARD);
    }

    @AfterAll
    static void stop() throws SQLException {
        fleet.close();
        compute.close();
    }

    @AfterEach
    void makeWhole() throws IOException {
        for (Visitor visitor : visitors) {
            visitor.close();
        }
        fleet.nodes().stream().filter(node -> !node.alive()).forEach(FleetNode::start);
        fleet.awaitWhole();
    }

    @Test
    void cancelRequestsDoNotWaitForTheShardsOfANodeThatDies() throws IOException {
        // Given
        List<Visitor> sessions = busySessionsAt(0);

        // When a node that has a third of their shards dies while they are looked up, and before
        List<CompletableFuture<Duration>> under =
                cancelAll(sessions.subList(0, SESSIONS / 2), fleet.node(2).door());
        fleet.node(1).kill();
        List<CompletableFuture<Duration>> after = cancelAll(
                sessions.subList(SESSIONS / 2, SESSIONS), fleet.node(2).door());

        // Then
        assertThat(under).allSatisfy(took -> assertThat(took.join()).isLessThan(AT_ONCE));
        assertThat(after).allSatisfy(took -> assertThat(took.join()).isLessThan(AT_ONCE));
        for (Visitor session : sessions) {
            assertThat(session.end()).contains(Visitor.CANCELLED);
        }
    }

    @Test
    void aSessionThatDiedWithItsNodeIsCancelledQuietlyAndHarmsNobody() throws IOException {
        // Given
        List<Visitor> lost = List.of(visitorAt(0), visitorAt(0));
        Visitor other = visitorAt(1);
        for (Visitor visitor : lost) {
            visitor.begin(1, 20);
        }
        other.begin(2, 10);
        List<BackendKeyData> keys = lost.stream().map(Visitor::key).toList();

        // When
        fleet.node(0).kill();
        List<CompletableFuture<Duration>> closed = new ArrayList<>();
        for (BackendKeyData key : keys) {
            closed.add(cancel(key, fleet.node(1).door()));
            closed.add(cancel(key, fleet.node(2).door()));
        }

        // Then
        assertThat(closed).allSatisfy(took -> assertThat(took.join()).isLessThan(Duration.ofSeconds(6)));
        assertThat(other.end()).isEmpty();
    }

    @Test
    void keysAreKnownAgainAfterTheirShardsMoved() throws IOException {
        // Given
        List<Visitor> sessions = busySessionsAt(0);

        // When
        fleet.node(1).kill();
        fleet.node(1).start();
        fleet.awaitWhole();

        // Then
        for (Visitor session : sessions) {
            Visitor.cancel(session.key(), fleet.node(1).door());
            assertThat(session.end()).contains(Visitor.CANCELLED);
        }
    }

    private List<Visitor> busySessionsAt(int node) throws IOException {
        List<Visitor> sessions = new ArrayList<>();
        for (int number = 0; number < SESSIONS; number++) {
            Visitor visitor = visitorAt(node);
            visitor.begin(number, 30);
            sessions.add(visitor);
        }
        return sessions;
    }

    private Visitor visitorAt(int node) throws IOException {
        Visitor visitor = Visitor.at(fleet.node(node).door());
        visitors.add(visitor);
        return visitor;
    }

    private static List<CompletableFuture<Duration>> cancelAll(List<Visitor> sessions, Destination door) {
        return sessions.stream().map(session -> cancel(session.key(), door)).toList();
    }

    /** How long it takes until the connection is closed. */
    private static CompletableFuture<Duration> cancel(BackendKeyData key, Destination door) {
        CompletableFuture<Duration> took = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            long begun = System.nanoTime();
            try {
                Visitor.cancel(key, door);
                took.complete(Duration.ofNanos(System.nanoTime() - begun));
            } catch (IOException | RuntimeException failure) {
                took.completeExceptionally(failure);
            }
        });
        return took;
    }
}
