package dev.reveille.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientConnectionTest {

    @ParameterizedTest
    @CsvSource({"192.0.2.7, 192.0.2.7:50000", "2001:db8::7, [2001:db8:0:0:0:0:0:7]:50000"})
    void logsWriteAnAddressSoThatItsPortCanBeTold(String address, String text) {
        assertThat(ClientConnection.text(new InetSocketAddress(InetAddress.ofLiteral(address), 50_000)))
                .isEqualTo(text);
    }
}
