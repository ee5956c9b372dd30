package dev.reveille.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:4432, 127.0.0.1, 4432",
        "0.0.0.0:0,      0.0.0.0,   0",
        "[::1]:65535,    ::1,       65535",
        "localhost:1,    127.0.0.1, 1",
    })
    void literalAddressesAreRead(String text, String host, int port) {
        assertThat(ListenAddress.parse(text)).contains(new InetSocketAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "4432",
                ":4432",
                "127.0.0.1",
                "127.0.0.1:",
                "127.0.0.1:x",
                "127.0.0.1:-1",
                "127.0.0.1:+1",
                "127.0.0.1:65536",
                "127.0.0.1:999999",
                "127.0.0.1:٣",
                "::1:4432",
                "[::1]",
                "[127.0.0.1]:1",
                "[localhost]:1",
                "example.org:5432",
                "[]:1",
                "127.1.1:1:1",
                "256.0.0.1:1"
            })
    void whatIsNotALiteralAddressWithAPortIsRefused(String text) {
        assertThat(ListenAddress.parse(text)).isEmpty();
    }

    @Test
    void whatIsFormattedIsReadAgain() {
        InetSocketAddress address = new InetSocketAddress("::1", 4432);
        assertThat(ListenAddress.parse(ListenAddress.format(address))).contains(address);
    }
}
