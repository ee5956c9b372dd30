package dev.reveille.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.loops.TestLoops;
import dev.reveille.gateway.web.WebClient.Answer;
import dev.reveille.gateway.websocket.ClientFrames;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.ClientConnection.Door;
import dev.reveille.session.visit.Sessions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** WebSockets at the web door: how they begin, and that sessions get the bytes and nothing else. */
@Timeout(60)
class WebSocketDoorTest {

    private final OpenDoor door = new OpenDoor();

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void aWebSocketIsHandedToTheSessions() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            // When
            client.says("GET /v2?address=blue.db.example.com:5432 HTTP/1.1\r\nHost: API.db.example.com:80\r\n"
                    + WebClient.UPGRADE + "\r\n");
            Answer answer = client.hears();

            // Then
            assertThat(answer.status()).isEqualTo(101);
            assertThat(answer.field("Sec-WebSocket-Accept")).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(answer.field("Sec-WebSocket-Protocol")).isEmpty();
            assertThat(answer.field("Sec-WebSocket-Extensions")).isEmpty();
            ClientConnection connection = door.admits().connection();
            assertThat(connection.door()).isEqualTo(Door.WEB_SOCKET);
            assertThat(answer.field("Neon-Request-Id")).contains(connection.id().toString());
            ClientConnection.Upgrade upgrade = connection.upgrade().orElseThrow();
            assertThat(upgrade.host()).contains("api.db.example.com");
            assertThat(upgrade.address()).contains("blue.db.example.com");
            assertThat(upgrade.domains()).containsExactly("db.example.com");
        }
    }

    @Test
    void whatComesInTheSameBreathAsTheRequestIsNotLost() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            client.says(request() + new String(ClientFrames.binary("early"), StandardCharsets.ISO_8859_1));
            client.hears();

            echo();

            assertThat(client.hearsFrame().text()).isEqualTo("early");
        }
    }

    @Test
    void aWebSocketMayBeginOnAConnectionThatHasCarriedRequests() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            // Given
            assertThat(client.asks("/hello").body()).isEqualTo("hello");

            // When
            client.says(request());

            // Then
            assertThat(client.hears().status()).isEqualTo(101);
            echo();
            client.says(ClientFrames.binary("hello"));
            assertThat(client.hearsFrame().text()).isEqualTo("hello");
        }
    }

    @Test
    void aWebSocketThatIsAskedForAheadWaitsForTheAnswerBeforeIt() throws Exception {
        try (WebClient client = WebClient.to(door.address())) {
            // Given
            client.says("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + request());

            // When
            door.hears().answers("first");

            // Then
            assertThat(client.hears().body()).isEqualTo("first");
            assertThat(client.hears().status()).isEqualTo(101);
            echo();
            client.says(ClientFrames.binary("hello"));
            assertThat(client.hearsFrame().text()).isEqualTo("hello");
        }
    }

    @Test
    void aRequestForAnotherVersionIsRefusedAndTheConnectionEnds() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            client.says(request().replace("Version: 13", "Version: 8"));

            Answer answer = client.hears();
            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.body()).startsWith("{\"msg\":");
            assertThat(answer.field("Neon-Request-Id")).isPresent();
            assertThat(client.hearsAll()).isEmpty();
        }
    }

    @Test
    void aSessionThatEndsClosesTheWebSocketAndThenTheConnection() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            // Given
            client.says(request());
            client.hears();
            echo();

            // When the client closes, so that the echo ends
            client.says(ClientFrames.frame(0x80 | ClientFrames.CLOSE, new byte[] {3, (byte) 0xE8}));

            // Then
            assertThat(client.hearsFrame().closeCode()).isEqualTo(1000);
            assertThat(client.hearsAll()).isEmpty();
            door.loops()
                    .eventually(() -> assertThat(door.listener().connections()).isZero());
        }
    }

    @Test
    void aWebSocketDoesNotCountAsARequestWhenTheDoorIsDrained() throws IOException {
        try (WebClient client = WebClient.to(door.address())) {
            // Given
            client.says(request());
            client.hears();
            echo();

            // When
            TestLoops.soon(door.listener().close());

            // Then
            TestLoops.soon(door.listener().drained());
            client.says(ClientFrames.binary("still here"));
            assertThat(client.hearsFrame().text()).isEqualTo("still here");
        }
    }

    private void echo() {
        Sessions.Admit session = door.admits();
        door.loops()
                .run(
                        door.loops().first(),
                        session.flow().join(Flow.<ByteString>create().map(bytes -> bytes)));
    }

    private static String request() {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + WebClient.UPGRADE + "\r\n";
    }
}
