package dev.reveille.protocol.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.Wire;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHackTest {

    @ParameterizedTest
    @CsvSource({
        "endpoint=blue-sky-42;secret, blue-sky-42, secret",
        "project=blue-sky-42;secret, blue-sky-42, secret",
        "endpoint=blue-sky-42$secret, blue-sky-42, secret",
        "endpoint=x;a;b, x, a;b", // only the first separator counts
        "endpoint=x;a$b, x, a$b",
        "endpoint=x$a$b, x, a$b",
        "endpoint=ep$a;b, ep$a, b", // a semicolon anywhere is the separator
        "endpoint=x;, x, ''",
        "endpoint=;secret, '', secret"
    })
    void theEndpointStandsInFrontOfThePassword(String field, String endpoint, String password) {
        assertThat(PasswordHack.parse(ByteString.fromString(field)))
                .contains(new PasswordHack(endpoint, ByteString.fromString(password)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "broken", "endpoint=x", "x;secret", "Endpoint=x;secret", "a;endpoint=x;secret"})
    void aPasswordWithoutAnEndpointIsOnlyAPassword(String field) {
        assertThat(PasswordHack.parse(ByteString.fromString(field))).isEmpty();
    }

    @Test
    void thePasswordIsKeptByteForByte() {
        assertThat(PasswordHack.parse(Wire.bytes("'endpoint=x;' ff00fe")))
                .contains(new PasswordHack("x", Wire.bytes("ff00fe")));
    }

    @Test
    void anEndpointThatIsNotUtf8IsNone() {
        assertThat(PasswordHack.parse(Wire.bytes("'endpoint=' ff ';secret'"))).isEmpty();
    }

    @Test
    void thePasswordIsNotPrinted() {
        assertThat(new PasswordHack("x", Wire.bytes("'secret'"))).hasToString("PasswordHack[x, ***]");
    }
}
