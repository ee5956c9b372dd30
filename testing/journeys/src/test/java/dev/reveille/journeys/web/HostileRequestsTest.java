package dev.reveille.journeys.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.SqlOverHttp;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.NodeProcess;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.protocol.frontend.Query;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What nobody should send, beside a session and a caller who do not notice any of it. */
@ExtendWith(SharedNode.class)
class HostileRequestsTest {

    private static final String READY = "Z\0\0\0\5I";
    private static final String SECRET = "hidden-words";
    private static final int SEED = 3;
    private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)\r\n");

    private final DevNode node;
    private final Destination demo;
    private final SqlOverHttp caller;
    private WebSocketClient session;

    HostileRequestsTest(DevNode node) {
        this.node = node;
        this.demo = node.to("hostile-requests");
        this.caller = SqlOverHttp.to(node.toWeb("hostile-requests"));
    }

    @BeforeEach
    void begin() throws IOException {
        session = new WebSocketClient(node.doors().web(), "/", "hostile-requests.localhost");
        session.sends(WebSocketClient.login(demo, demo.password(), ByteString.emptyByteString()));
        session.hearsUntil(READY);
    }

    @AfterEach
    void nobodyElseHasNoticedAndNothingWasRepeated() throws IOException {
        try (WebSocketClient beside = session) {
            beside.sends(new Query("select 'undisturbed'").encode());
            assertThat(beside.hearsUntil(READY)).contains("undisturbed");
        }
        assertThat(caller.ask("select 'served'").body()).contains("served");
        assertThat(node.process().logged(SECRET)).isZero();
    }

    @Test
    void whatIsNoGoodRequestHasItsStatus() throws IOException {
        // Given
        String who = "Host: a\r\nNeon-Connection-String: postgresql://app:" + SECRET + "@x/y\r\n";
        // Whoever reads such a request all the same says that there is nothing.
        String post = "POST /nowhere HTTP/1.1\r\n" + who;
        String upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
        Map<String, String> requests = new TreeMap<>();
        requests.put("a body of two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}\n");
        requests.put(
                "a body with length and chunks",
                post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        requests.put("a negative length", post + "Content-Length: -1\r\n\r\n");
        requests.put(
                "a chunk that is no chunk",
                "POST /sql HTTP/1.1\r\n" + who + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n");
        requests.put("a line inside a field", post + "X: a\rSet-Cookie: injected=1\r\nContent-Length: 0\r\n\r\n");
        requests.put("a NUL in a field", post + "X: a\0b\r\nContent-Length: 0\r\n\r\n");
        requests.put("no host", "POST /nowhere HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
        requests.put("an upgrade without a key", upgrade + "Sec-WebSocket-Version: 13\r\n\r\n");
        requests.put(
                "an upgrade with a key that is none",
                upgrade + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + SECRET + "\r\n\r\n");

        // When / Then
        for (Map.Entry<String, String> request : requests.entrySet()) {
            String answer = answerTo(request.getValue());
            assertThat(answer).as(request.getKey()).startsWith("HTTP/1.1 400 ").doesNotContain("injected", SECRET);
        }
        assertThat(answerTo("GET " + SECRET + " \u00ff\u00fe\r\n\r\n"))
                .startsWith("HTTP/1.1 505 ")
                .doesNotContain(SECRET);
        // A fold is a space (RFC 9112, 5.2), and no field of its own.
        assertThat(answerTo(post + "X: a\r\n Set-Cookie: injected=1\r\nContent-Length: 0\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .doesNotContain("injected");
        assertThat(answerTo(post + "X: " + "x".repeat(60_000))).startsWith("HTTP/1.1 431 ");
        assertThat(answerTo("POST /sql HTTP/1.1\r\n" + who + "Content-Length: 67108865\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(answerTo(
                        upgrade + "Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                .startsWith("HTTP/1.1 426 ");
    }

    @Test
    void connectionStringsThatMeanHarmAreRefusedInJson() {
        for (String hostile : List.of(
                "postgresql://app:" + SECRET + "@127.0.0.1/app",
                "postgresql://app:" + SECRET + "@[::1]/app",
                "postgresql://app:" + SECRET + "@../app",
                "postgresql://app:" + SECRET + "@hostile-requests%0d%0a/app",
                "postgresql://app:" + SECRET + "@hostile-requests/app%00options%00-c%20log_statement=all",
                "postgresql://app%00:" + SECRET + "@hostile-requests/app",
                "postgresql://app:" + SECRET + "@hostile-requests/app?options=-c%20x%00y",
                "postgresql://:" + SECRET + "@hostile-requests/app",
                "file:///etc/passwd",
                SECRET)) {
            var answer = caller.with("Neon-Connection-String", hostile).ask("select 1");
            assertThat(answer.statusCode()).as(hostile).isEqualTo(400);
            assertThat(answer.body()).as(hostile).startsWith("{\"message\":").doesNotContain(SECRET);
        }
    }

    @Test
    void noiseIsAnsweredOrMetWithSilence() throws IOException {
        Random random = new Random(SEED);
        for (int round = 0; round < 50; round++) {
            byte[] noise = new byte[1 + random.nextInt(300)];
            random.nextBytes(noise);
            String answer = answerTo(new String(noise, StandardCharsets.ISO_8859_1) + "\r\n\r\n", true);
            assertThat(answer.isEmpty() || answer.matches("(?s)HTTP/1\\.1 (4\\d\\d|501) .*|\\x15.*|E.*"))
                    .as(answer)
                    .isTrue();
        }
    }

    @Test
    void framesOfImpossibleLengthsEndTheirWebSocketOnly() throws IOException {
        for (byte[] head :
                List.of(new byte[] {(byte) 0x82, (byte) 0xFF, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0}, new byte[] {
                    (byte) 0x82, (byte) 0xFF, 0x7F, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 'x', 'y', 'z', '!'
                })) {
            try (WebSocketClient hostile = new WebSocketClient(node.doors().web(), "/", "hostile-requests.localhost")) {
                hostile.raw(head);
                WebSocketClient.Received last = hostile.hears();
                while (last.opcode() != WebSocketClient.CLOSE) {
                    last = hostile.hears();
                }
                assertThat(last.closeCode()).isIn(1000, 1002);
            }
        }
    }

    /** The answer, to its last byte; nothing where the door closes without a word. */
    private String answerTo(String request) throws IOException {
        return answerTo(request, false);
    }

    /** @param hangingUp whether it is said that nothing follows, so that the door does not wait for more */
    private String answerTo(String request, boolean hangingUp) throws IOException {
        try (Socket socket =
                new Socket(node.doors().web().getAddress(), node.doors().web().getPort())) {
            socket.setSoTimeout(Math.toIntExact(NodeProcess.PATIENCE.toMillis()));
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            if (hangingUp) {
                socket.shutdownOutput();
            }
            InputStream in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            while (!isWhole(answer)) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                answer.append((char) next);
            }
            return answer.toString();
        } catch (SocketException reset) {
            return "";
        }
    }

    private static boolean isWhole(StringBuilder answer) {
        int head = answer.indexOf("\r\n\r\n");
        if (head < 0) {
            return false;
        }
        Matcher length = LENGTH.matcher(answer);
        return length.find() && answer.length() >= head + 4 + Integer.parseInt(length.group(1));
    }
}
