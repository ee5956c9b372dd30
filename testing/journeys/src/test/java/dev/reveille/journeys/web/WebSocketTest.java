package dev.reveille.journeys.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.web.WebSocketClient.Received;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** WebSockets through a whole node to a real PostgreSQL (spec 03, scenarios 2, 4, 5, 7 and 8). */
@ExtendWith(SharedNode.class)
class WebSocketTest {

    private static final String READY = "Z\0\0\0\5I";
    private static final ByteString NOTHING = ByteString.emptyByteString();
    private static final int LONG_QUERY = 100 * 1024;

    private final InetSocketAddress door;
    private final Destination demo;

    WebSocketTest(DevNode node) {
        this.door = node.doors().web();
        this.demo = node.to("websockets");
    }

    @Test
    void startupPasswordAndQueryInOneFrameAreAnswered() throws IOException {
        try (WebSocketClient client = open("/v2")) {
            // When
            client.sends(WebSocketClient.login(demo, demo.password(), new Query("select 42").encode()));

            // Then
            assertThat(client.hears().text()).isEqualTo("R\0\0\0\b\0\0\0\3");
            assertThat(client.hearsUntil(READY)).startsWith("R\0\0\0\b\0\0\0\0");
            assertThat(client.hearsUntil(READY)).startsWith("T").contains("42").contains("SELECT 1");
        }
    }

    @Test
    void theEndpointMayStandInTheQueryOfTheRequest() throws IOException {
        try (WebSocketClient client =
                new WebSocketClient(door, "/v2?address=websockets.localtest.me:5432", "127.0.0.1")) {
            client.sends(WebSocketClient.login(demo, demo.password(), NOTHING));

            client.hearsUntil(READY);
        }
    }

    @Test
    void behindAGoodbyeTheWebSocketIsClosedWithinASecond() throws IOException {
        try (WebSocketClient client = open("/")) {
            // Given
            client.sends(WebSocketClient.login(demo, demo.password(), NOTHING));
            client.hearsUntil(READY);

            // When
            long saidAtNanos = System.nanoTime();
            client.sends(new Terminate().encode());

            // Then
            Received close = client.hears();
            assertThat(Duration.ofNanos(System.nanoTime() - saidAtNanos)).isLessThan(Duration.ofSeconds(1));
            assertThat(close.opcode()).isEqualTo(WebSocketClient.CLOSE);
            assertThat(close.closeCode()).isEqualTo(1000);
        }
    }

    @RepeatedTest(50)
    void aWrongPasswordIsToldAlsoToAClientThatHasSentALongQueryAlready() throws IOException {
        try (WebSocketClient client = open("/sql")) {
            // When
            client.sends(WebSocketClient.login(demo, "a guess", new Query("x".repeat(LONG_QUERY)).encode()));

            // Then
            assertThat(client.hears().text()).startsWith("R");
            assertThat(client.hears().text()).startsWith("E").contains("C28P01");
            assertThat(client.hears().closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void aPingIsAnsweredWhileAQueryRuns() throws IOException {
        try (WebSocketClient client = open("/")) {
            // Given
            client.sends(WebSocketClient.login(demo, demo.password(), NOTHING));
            client.hearsUntil(READY);
            client.sends(new Query("select pg_sleep(2)").encode());

            // When
            client.frame(WebSocketClient.PING, new byte[] {'?'});

            // Then
            Received first = client.hears();
            assertThat(first.opcode()).isEqualTo(WebSocketClient.PONG);
            assertThat(first.text()).isEqualTo("?");
            client.hearsUntil(READY);
        }
    }

    @Test
    void aTextFrameDuringLoginIsAnErrorAndAClose() throws IOException {
        try (WebSocketClient client = open("/")) {
            client.frame(1, new byte[] {'x'});

            assertThat(client.hears().text()).startsWith("E").contains("C08P01");
            assertThat(client.hears().closeCode()).isEqualTo(1003);
        }
    }

    private WebSocketClient open(String path) throws IOException {
        return new WebSocketClient(door, path, "websockets.localhost:" + door.getPort());
    }
}
