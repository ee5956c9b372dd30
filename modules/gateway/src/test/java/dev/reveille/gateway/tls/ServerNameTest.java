package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNameTest {

    @Test
    void caseAndATrailingDotDoNotMatter() {
        assertThat(ServerName.parse("Blue-Sky-42.Example.COM.")).contains(new ServerName("blue-sky-42.example.com"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                "-a.example.com",
                "a b",
                "a\0b",
                "*.example.com",
                "127.0.0.1",
                "::1",
                "a/b",
                "ü.de",
                "a." + "b.."
            })
    void whatIsNoHostNameIsNone(String text) {
        assertThat(ServerName.parse(text)).isEmpty();
    }

    @Test
    void aNameOfAbsurdLengthIsNone() {
        assertThat(ServerName.parse("a.".repeat(126) + "a")).isPresent();
        assertThat(ServerName.parse("a.".repeat(127) + "a")).isEmpty();
    }
}
