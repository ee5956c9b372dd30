package dev.reveille.journeys.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.SqlOverHttp;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a node leaves those who came through its web door (spec 03, scenarios 16 and 55). */
class WebLeavingTest {

    private static final String READY = "Z\0\0\0\5I";
    private static final String SLEEP = "select pg_sleep(3)";

    @TempDir
    private Path temporary;

    @Test
    void anIdleWebSocketHearsWhyItEndsAndThatAnotherNodeWillDo() throws IOException {
        DevNode node = DevNode.in(temporary);
        Destination demo = node.to("demo");
        try (WebSocketClient client = new WebSocketClient(node.doors().web(), "/", "demo.localhost")) {
            // Given
            client.sends(WebSocketClient.login(demo, demo.password(), ByteString.emptyByteString()));
            client.hearsUntil(READY);

            // When
            node.process().terminate();

            // Then
            assertThat(client.hears().text()).startsWith("E").contains("C57P01");
            WebSocketClient.Received close = client.hears();
            assertThat(close.opcode()).isEqualTo(WebSocketClient.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1012);
        }
        assertThat(node.process().awaitExit()).isZero();
    }

    @Test
    void aRunningStatementIsAnsweredAndAnIdleConnectionEndsAtOnce() throws IOException, SQLException {
        DevNode node = DevNode.in(temporary);
        try (Socket idle =
                new Socket(node.doors().web().getAddress(), node.doors().web().getPort())) {
            // Given
            idle.setSoTimeout(Math.toIntExact(NodeProcess.PATIENCE.toMillis()));
            InputStream in = idle.getInputStream();
            idle.getOutputStream()
                    .write("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            readAnswer(in);
            CompletableFuture<HttpResponse<String>> running = CompletableFuture.supplyAsync(
                    () -> SqlOverHttp.to(node.toWeb("demo")).ask(SLEEP), Thread::startVirtualThread);
            awaitRunning(node);

            // When
            node.process().terminate();

            // Then
            assertThat(in.read()).as("the idle connection ends").isEqualTo(-1);
            assertThat(running).as("while the statement still runs").isNotDone();
            HttpResponse<String> answer = running.join();
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Connection")).contains("close");
        }
        assertThat(node.process().awaitExit()).isZero();
    }

    private static void awaitRunning(DevNode node) throws SQLException {
        Jdbc observer = Jdbc.to(node.to("demo"));
        await().atMost(NodeProcess.PATIENCE)
                .until(() -> observer.ask("select count(*) from pg_stat_activity where query = '" + SLEEP
                                + "' and state = 'active'")
                        .equals("1"));
    }

    /** Head and body of a short answer, to the last byte. */
    private static void readAnswer(InputStream in) throws IOException {
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("}")) {
            answer.append((char) in.read());
        }
        assertThat(answer).startsWith("HTTP/1.1 404 ");
    }
}
