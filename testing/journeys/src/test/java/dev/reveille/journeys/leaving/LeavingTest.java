package dev.reveille.journeys.leaving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.RawClient;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Query;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each story begins with a node of its own, and ends with its process gone with status 0 and no server left. */
class LeavingTest {

    private static final String LEAVING = "57P01";

    /** Nobody waits for this one to finish by itself. */
    private static final Query ENDLESS = new Query("select pg_sleep(3000)");

    @TempDir
    private Path temporary;

    @Test
    void anIdleClientHearsWhyItsSessionEnds() throws IOException {
        DevNode node = DevNode.in(temporary);
        try (RawClient idle = RawClient.loggedIn(node.to("demo"))) {
            // When
            node.process().terminate();

            // Then
            assertSentAway(idle);
        }
        assertLeft(node);
    }

    @Test
    void aRunningQueryFinishesWhileNobodyNewIsLetIn() throws IOException {
        DevNode node = DevNode.in(temporary);
        try (RawClient busy = RawClient.loggedIn(node.to("demo"))) {
            // Given
            busy.say(new Query("select pg_sleep(2)"));

            // When
            node.process().terminate();

            // Then
            awaitDoorShut(node);
            assertThat(NodeProcess.probe(node.doors().admin(), "/ready")).isEqualTo(503);
            List<BackendMessage> heard = busy.hearUntilReady();
            assertThat(heard).contains(new CommandComplete("SELECT 1")).noneMatch(ErrorResponse.class::isInstance);
            assertSentAway(busy);
        }
        assertLeft(node);
    }

    @Test
    void aTransactionIsWaitedForUntilItCommits() throws IOException, SQLException {
        DevNode node = DevNode.in(temporary);
        try (RawClient writer = RawClient.loggedIn(node.to("demo"))) {
            // Given
            say(writer, "create table kept (n int)");
            say(writer, "begin");

            // When
            node.process().terminate();
            awaitDoorShut(node);

            // Then
            assertThat(say(writer, "insert into kept values (42)"))
                    .endsWith(new ReadyForQuery(TransactionStatus.IN_TRANSACTION));
            assertThat(say(writer, "commit")).contains(new CommandComplete("COMMIT"));
            assertSentAway(writer);
        }
        assertLeft(node);
        try (DevNode next = DevNode.on(node.data())) {
            assertThat(Jdbc.to(next.to("demo")).ask("select n from kept")).isEqualTo("42");
        }
    }

    @Test
    void aSecondSignalEndsWhatIsStillRunning() throws IOException {
        DevNode node = DevNode.in(temporary);
        try (RawClient busy = RawClient.loggedIn(node.to("demo"))) {
            // Given
            busy.say(ENDLESS);
            node.process().terminate();
            awaitDoorShut(node);

            // When
            node.process().terminate();

            // Then
            assertSentAway(busy);
        }
        assertLeft(node);
    }

    @Test
    void whenTheDrainIsOverWhatStillRunsIsEnded() throws IOException {
        DevNode node = DevNode.in(temporary, "--drain", "1");
        try (RawClient busy = RawClient.loggedIn(node.to("demo"));
                RawClient inTransaction = RawClient.loggedIn(node.to("demo"))) {
            // Given
            busy.say(ENDLESS);
            say(inTransaction, "begin");

            // When
            node.process().terminate();

            // Then
            assertSentAway(busy);
            assertSentAway(inTransaction);
        }
        assertLeft(node);
    }

    private static List<BackendMessage> say(RawClient client, String sql) throws IOException {
        client.say(new Query(sql));
        return client.hearUntilReady();
    }

    private static void assertSentAway(RawClient client) throws IOException {
        assertThat(client.hear())
                .isInstanceOfSatisfying(
                        ErrorResponse.class,
                        error -> assertThat(error.fields().sqlState()).isEqualTo(LEAVING));
        assertThat(client.closedBySilence()).isTrue();
    }

    private static void assertLeft(DevNode node) {
        assertThat(node.process().awaitExit()).isZero();
        assertThat(node.anybodyIn("demo")).isFalse();
    }

    private static void awaitDoorShut(DevNode node) {
        await().atMost(NodeProcess.PATIENCE).until(() -> {
            try (Socket _ = new Socket(
                    InetAddress.getLoopbackAddress(), node.doors().postgres().getPort())) {
                return false;
            } catch (ConnectException refused) {
                return true;
            }
        });
    }
}
