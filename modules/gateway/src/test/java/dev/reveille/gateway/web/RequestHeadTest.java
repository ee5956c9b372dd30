package dev.reveille.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the door finds in a head, and where the body behind it ends. */
class RequestHeadTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.0\r\n\r\n"})
    void aHeadEndsWithAnEmptyLine(String text) {
        byte[] bytes = bytes(text + "rest");

        assertThat(RequestHead.end(bytes, 0, bytes.length)).isEqualTo(text.length());
    }

    @Test
    void aHeadThatHasNotEndedHasNoEnd() {
        byte[] bytes = bytes("GET / HTTP/1.1\r\nHost: a\r\n\r");

        assertThat(RequestHead.end(bytes, 0, bytes.length)).isNegative();
    }

    @Test
    void emptyLinesBeforeARequestArePassedOver() {
        byte[] bytes = bytes("\r\n\r\nGET / HTTP/1.1\r\n\r\n");

        assertThat(RequestHead.start(bytes, bytes.length)).isEqualTo(4);
    }

    @Test
    void aBodyEndsWhereItsLengthSays() {
        BodyBounds body = head("POST / HTTP/1.1\r\ncontent-LENGTH: 5\r\n\r\n").body();

        assertThat(body.passing(ByteString.fromString("abc"))).isEqualTo(3);
        assertThat(body.over()).isFalse();
        assertThat(body.passing(ByteString.fromString("deGET /"))).isEqualTo(2);
        assertThat(body.over()).isTrue();
    }

    @Test
    void aRequestThatSpeaksOfNoBodyHasNone() {
        assertThat(head("GET / HTTP/1.1\r\nHost: a\r\n\r\n").body().over()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void aBodyInChunksEndsBehindItsTrailer(int step) {
        // Given
        String text = "5;ext=\"1\"\r\nhello\r\nA\r\n0123456789\r\n000\r\nTrailer: x\r\n\r\n";
        ByteString bytes = ByteString.fromString(text + "GET / HTTP/1.1\r\n");
        BodyBounds body =
                head("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n").body();

        // When
        int passed = 0;
        while (!body.over()) {
            passed += body.passing(bytes.drop(passed).take(step));
        }

        // Then
        assertThat(passed).isEqualTo(text.length());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nContent-Length: 2\r\n",
                "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
                "Transfer-Encoding: gzip, chunked\r\n",
                "Content-Length: -1\r\n",
                "Content-Length: 1, 1\r\n",
                "Content-Length:\r\n",
                "Content-Length: 99999999999999999999\r\n",
                "X: a\r\n Content-Length: 1\r\n"
            })
    void aBodyWhoseEndIsInDoubtHasNone(String fields) {
        BodyBounds body =
                head("POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").body();

        assertThat(body.isUnclear()).isTrue();
        assertThat(body.over()).isFalse();
        assertThat(body.passing(ByteString.fromString("anything"))).isEqualTo(8);
    }

    @Test
    void aWebSocketIsAskedForByTwoFieldsInAnyCaseAndAnyList() {
        assertThat(head("GET /v2 HTTP/1.1\r\nCONNECTION: keep-alive , UPGRADE\r\nupgrade: h2c, WebSocket\r\n\r\n")
                        .asksForWebSocket())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket\r\n",
                "Connection: upgrade\r\n",
                "Connection: keep-alive\r\nUpgrade: websocket\r\n",
                "Connection: upgrade\r\nUpgrade: h2c\r\n",
                "X-Upgrade: websocket\r\nConnection: upgrade\r\n"
            })
    void whoeverAsksForLessAsksForNone(String fields) {
        assertThat(head("GET / HTTP/1.1\r\n" + fields + "\r\n").asksForWebSocket())
                .isFalse();
    }

    private static RequestHead head(String text) {
        byte[] bytes = bytes(text);
        return RequestHead.of(bytes, 0, bytes.length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
