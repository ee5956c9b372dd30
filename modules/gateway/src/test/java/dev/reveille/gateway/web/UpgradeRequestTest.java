package dev.reveille.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a WebSocket, and where it leads. */
class UpgradeRequestTest {

    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";

    @ParameterizedTest
    @ValueSource(strings = {"GET /", "GET /v1", "GET /v2?address=x", "POST /sql", "GET /any/thing"})
    void pathAndMethodAreNotLookedAt(String line) {
        assertThat(judge(line, KEY + VERSION)).isInstanceOf(UpgradeRequest.Granted.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "blue.db.example.com:443 | blue.db.example.com",
                "Blue.DB.example.com | blue.db.example.com",
                "blue.example.com.:80 | blue.example.com"
            })
    void theHostIsHeardWithoutItsPort(String host, String heard) {
        UpgradeRequest.Granted granted = granted("GET /", "Host: " + host + "\r\n");

        assertThat(granted.host()).contains(heard);
    }

    @Test
    void anAddressInBracketsNamesNothing() {
        assertThat(granted("GET /", "Host: [::1]:4433\r\n").host()).isEmpty();
    }

    @Test
    void theAddressInTheQueryIsHeardWithoutItsPort() {
        UpgradeRequest.Granted granted = granted("GET /v2?x=1&address=blue.localtest.me%3A5432&y=2", "");

        assertThat(granted.address()).contains("blue.localtest.me");
    }

    @Test
    void aQueryThatCannotBeReadNamesNothing() {
        assertThat(granted("GET /v2?address=%zz", "").address()).isEmpty();
    }

    @Test
    void withoutAKeyThereIsNoWebSocket() {
        assertThat(refusal("GET /", VERSION).code()).isEqualTo(400);
    }

    @Test
    void withoutAVersionThereIsNoWebSocket() {
        assertThat(refusal("GET /", KEY).code()).isEqualTo(400);
    }

    @Test
    void anotherVersionIsToldWhichOneIsSpoken() {
        RawAnswer answer = refusal("GET /", KEY + "Sec-WebSocket-Version: 8\r\n");

        assertThat(answer.code()).isEqualTo(426);
        assertThat(answer.more()).contains("Sec-WebSocket-Version: 13");
    }

    @Test
    void aRequestWithABodyIsNoneForAWebSocket() {
        assertThat(refusal("GET /", KEY + VERSION + "Content-Length: 10\r\n").code())
                .isEqualTo(400);
    }

    @Test
    void aPageOfAForeignOriginIsKeptOut() {
        RequestHead head = head("GET /", KEY + VERSION + "Origin: https://evil.example\r\n");

        UpgradeRequest.Verdict verdict = UpgradeRequest.judge(head, Set.of("https://app.example"));

        assertThat(((UpgradeRequest.Refused) verdict).answer().code()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://app.example\r\n", ""})
    void pagesOfOursAndClientsThatAreNoPagesComeIn(String origin) {
        UpgradeRequest.Verdict verdict =
                UpgradeRequest.judge(head("GET /", KEY + VERSION + origin), Set.of("https://app.example"));

        assertThat(verdict).isInstanceOf(UpgradeRequest.Granted.class);
    }

    private static UpgradeRequest.Granted granted(String line, String fields) {
        return (UpgradeRequest.Granted) judge(line, KEY + VERSION + fields);
    }

    private static RawAnswer refusal(String line, String fields) {
        return ((UpgradeRequest.Refused) judge(line, fields)).answer();
    }

    private static UpgradeRequest.Verdict judge(String line, String fields) {
        return UpgradeRequest.judge(head(line, fields), Set.of());
    }

    private static RequestHead head(String line, String fields) {
        String text = line + " HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n" + fields + "\r\n";
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return RequestHead.of(bytes, 0, bytes.length);
    }
}
