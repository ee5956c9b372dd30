package dev.reveille.journeys.computes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose computes go to sleep after a second without sessions. */
class WakeAndSleepTest {

    private static final int CROWD = 200;

    @TempDir
    private static Path temporary;

    private static DevNode node;

    @BeforeAll
    static void start() {
        node = DevNode.in(temporary, "--idle", "1");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void anEndpointThatNobodyUsesStopsAndWakesAgainWithItsData() throws SQLException {
        // Given
        Jdbc.to(node.to("sleeper")).ask("create table dream as select 'of sheep' as text");

        // When
        awaitAsleep("sleeper");

        // Then
        assertThat(Jdbc.to(node.to("sleeper")).ask("select text from dream")).isEqualTo("of sheep");
        assertThat(node.starts("sleeper")).isEqualTo(2);
    }

    @Test
    void aSessionKeepsItsEndpointAwakeWhileAnotherFallsAsleep() throws SQLException {
        try (Connection connection = Jdbc.to(node.to("watcher")).open()) {
            // Given
            String began = Jdbc.ask(connection, "select pg_postmaster_start_time()");

            // When
            Jdbc.to(node.to("neighbour")).ask("select 1");
            awaitAsleep("neighbour");

            // Then
            assertThat(Jdbc.ask(connection, "select pg_postmaster_start_time()"))
                    .isEqualTo(began);
        }
    }

    @Test
    void endpointsThatAreAwakeTogetherShareNothing() throws SQLException {
        try (Connection one = Jdbc.to(node.to("one")).open();
                Connection other = Jdbc.to(node.to("other")).open()) {
            // When
            Jdbc.ask(one, "create table owned as select 'by one' as text");

            // Then
            assertThat(Jdbc.ask(one, "select text from owned")).isEqualTo("by one");
            assertThat(Jdbc.failure(other, "select text from owned").getSQLState())
                    .isEqualTo("42P01");
            assertThat(Jdbc.ask(other, "show cluster_name")).isEqualTo("other");
        }
    }

    @Test
    void twoHundredClientsAtOnceWakeASleepingEndpointOnce() throws Exception {
        // Given
        Jdbc.to(node.to("popular")).ask("select 1");
        awaitAsleep("popular");
        long startsBefore = node.starts("popular");
        long wakesBefore = wakes("popular");

        // When
        Queue<String> answers = new ConcurrentLinkedQueue<>();
        CountDownLatch everybodyIsThere = new CountDownLatch(CROWD);
        List<Thread> crowd = IntStream.range(0, CROWD)
                .mapToObj(n -> Thread.ofVirtual().start(() -> {
                    everybodyIsThere.countDown();
                    try {
                        everybodyIsThere.await();
                        answers.add(Jdbc.to(node.to("popular")).ask("select " + n));
                    } catch (SQLException | InterruptedException failure) {
                        answers.add(failure.toString());
                    }
                }))
                .toList();
        for (Thread member : crowd) {
            member.join();
        }

        // Then
        assertThat(answers)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, CROWD).mapToObj(Integer::toString).toList());
        assertThat(node.starts("popular") - startsBefore).isEqualTo(1);
        assertThat(wakes("popular") - wakesBefore).isEqualTo(1);
    }

    private static long wakes(String endpoint) {
        return node.process().log().stream()
                .filter(line -> line.contains("a compute woke up") && line.contains("endpoint=\"" + endpoint + "\""))
                .count();
    }

    private static void awaitAsleep(String endpoint) {
        await().atMost(NodeProcess.PATIENCE).until(() -> !node.anybodyIn(endpoint));
    }
}
