package dev.reveille.gateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetUrlTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://issuer.example/.well-known/jwks.json",
                "https://issuer.example",
                "HTTPS://issuer.example:8443/keys?tenant=1",
                "http://localhost:3000/keys",
                "file:///etc/reveille/keys.json",
                "file:/etc/reveille/keys.json"
            })
    void anAddressIsUnderstood(String text) {
        assertThat(KeySetUrl.parse(text)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "issuer.example/keys",
                "/etc/keys.json",
                "https:///keys",
                "https:keys",
                "https://ada:secret@issuer.example/keys",
                "https://issuer.example/keys#1",
                "ftp://issuer.example/keys",
                "jar:file:///keys.jar!/keys",
                "file:keys.json",
                "file://host/keys.json",
                "https://issuer example/"
            })
    void anythingElseIsNot(String text) {
        assertThat(KeySetUrl.parse(text)).isEmpty();
    }

    @Test
    void clearTextFromAnotherMachineIsExposed() {
        assertThat(url("http://issuer.example/").isExposed()).isTrue();
        assertThat(url("http://localhost.example/").isExposed()).isTrue();
        assertThat(url("http://LOCALHOST/").isExposed()).isFalse();
        assertThat(url("http://[::1]:80/").isExposed()).isFalse();
        assertThat(url("https://issuer.example/").isExposed()).isFalse();
        assertThat(url("file:///keys").isExposed()).isFalse();
    }

    @Test
    void theQueryIsNotPrinted() {
        assertThat(url("https://issuer.example/keys?code=secret")).hasToString("https://issuer.example/keys");
    }

    private static KeySetUrl url(String text) {
        return KeySetUrl.parse(text).orElseThrow();
    }
}
