package dev.reveille.gateway.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {

    @Test
    void theKeyOfTheStandardHasTheAnswerOfTheStandard() {
        assertThat(Handshake.accept("dGhlIHNhbXBsZSBub25jZQ==")).contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "dGhlIHNhbXBsZQ==", "not base64 at all!!!!!!!"})
    void whatIsNoKeyHasNone(String key) {
        assertThat(Handshake.accept(key)).isEmpty();
    }
}
