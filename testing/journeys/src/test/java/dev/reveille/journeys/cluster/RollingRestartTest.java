package dev.reveille.journeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All nodes are replaced one after another while people work. */
@ExtendWith(SharedNode.class)
class RollingRestartTest {

    private static final int WORKERS = 8;

    /** Time enough for whatever a worker is at. */
    private static final String SETTINGS = "drain = 10s, cancellation.nodes-at-once = %d";

    @TempDir
    private Path temporary;

    private final Tally tally = new Tally();
    private final AtomicBoolean over = new AtomicBoolean();

    @ParameterizedTest(name = "{0} nodes are asked at once")
    @ValueSource(ints = {0, 8})
    void noCancelRequestIsLostAndNoneHitsAnotherQuery(int atOnce, DevNode computes)
            throws SQLException, InterruptedException {
        List<Thread> workers = new ArrayList<>();
        try (SecuredCompute compute = SecuredCompute.plain(computes, "rolling-" + atOnce);
                Fleet fleet = Fleet.of(3, temporary, compute, SETTINGS.formatted(atOnce))) {
            // Given
            for (int worker = 0; worker < WORKERS; worker++) {
                workers.add(Thread.ofVirtual().start(new Worker(fleet, over, tally, worker)));
            }
            awaitWork(20);

            // When
            for (FleetNode node : fleet.nodes()) {
                node.leave();
                awaitWork(20);
                node.start();
                fleet.awaitWhole();
                awaitWork(20);
            }

            // Then
            over.set(true);
            for (Thread worker : workers) {
                assertThat(worker.join(NodeProcess.PATIENCE))
                        .as("a worker ends")
                        .isTrue();
            }
            assertThat(tally.lost).as(tally.toString()).isEmpty();
            assertThat(tally.wrong).as(tally.toString()).isEmpty();
            assertThat(tally.surprises).as(tally.toString()).isEmpty();
            assertThat(tally.cancelled.get()).isGreaterThan(100);
            System.out.println(tally);
        } finally {
            over.set(true);
        }
    }

    /** Until so many more queries were cancelled. */
    private void awaitWork(int more) {
        int goal = tally.cancelled.get() + more;
        await().atMost(NodeProcess.PATIENCE).until(() -> tally.cancelled.get() >= goal || !tally.surprises.isEmpty());
    }
}
