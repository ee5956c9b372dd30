package dev.reveille.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {

    @ParameterizedTest
    @ValueSource(strings = {"", "app", "Käse", "東京", "😀", "a\0b", "\uFFFD", "half \uFFFD way"})
    void whatIsUtf8IsTextAlsoWithTheReplacementCharacterItself(String text) {
        assertThat(Utf8.strict(ByteString.fromString(text))).contains(text);
    }

    @Test
    void whatIsNoUtf8IsNoText() {
        assertThat(Utf8.strict(bytes(0xFF))).isEmpty();
        assertThat(Utf8.strict(bytes('a', 0xC3))).isEmpty();
        assertThat(Utf8.strict(bytes(0xC0, 0x80))).isEmpty();
        assertThat(Utf8.strict(bytes(0xED, 0xA0, 0x80))).isEmpty();
        assertThat(Utf8.strict(bytes(0xEF, 0xBF, 0xBD, 0xFF))).isEmpty();
    }

    private static ByteString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) values[at];
        }
        return ByteString.fromArrayUnsafe(bytes);
    }
}
