package dev.reveille.session.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPatternTest {

    @Test
    void theThreeFormsAreToldApart() {
        assertThat(AddressPattern.parse("127.0.0.1")).isInstanceOf(AddressPattern.Single.class);
        assertThat(AddressPattern.parse("127.0.0.1/31")).isInstanceOf(AddressPattern.Subnet.class);
        assertThat(AddressPattern.parse("0.0.0.0-200.0.1.2")).isInstanceOf(AddressPattern.Range.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "300.0.1.2",
                "30.1.2",
                "127.0.0.1/33",
                "127.0.0.1-127.0.3",
                "1234.0.0.1-127.0.3.0",
                "",
                " 127.0.0.1",
                "127.0.0.01",
                "127.0.0.1/",
                "127.0.0.1/-1",
                "127.0.0.1/9999999999",
                "127.0.0.1/8/8",
                "::1/129",
                "[::1]",
                "fe80::1%eth0",
                "::ffff:10.0.0.0/95",
                "0.0.0.0-::1",
                "localhost"
            })
    void whatNobodyUnderstandsMatchesNobody(String text) {
        // When
        AddressPattern pattern = AddressPattern.parse(text);

        // Then
        assertThat(pattern).isEqualTo(new AddressPattern.Unreadable(text));
        assertThat(pattern.matches(InetAddress.ofLiteral("127.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "127.0.0.0/31, 127.0.0.1",
        "127.0.0.2/30, 127.0.0.1",
        "0.0.0.0/0, 127.0.0.1",
        "0.0.0.0-200.0.1.2, 127.0.0.1",
        "127.0.0.1-127.0.0.1, 127.0.0.1",
        "120.0.0.0-200.0.0.0, 128.0.0.1",
        "2001:db8::/33, 2001:db8:7fff::1",
        "::1, 0:0:0:0:0:0:0:1",
        "::1-::ff, ::80",
        "::ffff:10.1.2.3, 10.1.2.3",
        "::ffff:10.0.0.0/104, 10.1.2.3",
    })
    void aClientFromThereMayComeIn(String pattern, String client) {
        assertThat(AddressPattern.parse(pattern).matches(InetAddress.ofLiteral(client)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.0, 127.0.0.1",
        "127.0.0.2/31, 127.0.0.1",
        "0.0.0.0-127.0.0.0, 127.0.0.1",
        "127.0.0.2-128.0.0.0, 127.0.0.1",
        "127.0.0.2-127.0.0.0, 127.0.0.1",
        "2001:db8::/33, 2001:db8:8000::1",
        "::/0, 127.0.0.1",
        "0.0.0.0/0, ::1",
        "0.0.0.0-255.255.255.255, ::1",
    })
    void aClientFromElsewhereMayNot(String pattern, String client) {
        assertThat(AddressPattern.parse(pattern).matches(InetAddress.ofLiteral(client)))
                .isFalse();
    }

    @Test
    void aMappedClientCountsAsTheIpv4ClientThatItIs() throws UnknownHostException {
        // Given
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = 10;
        mapped[15] = 7;
        Inet6Address client = Inet6Address.getByAddress(null, mapped, -1);

        // Then
        assertThat(AddressPattern.parse("10.0.0.0/8").matches(client)).isTrue();
        assertThat(Addresses.text(client)).isEqualTo("10.0.0.7");
    }

    @ParameterizedTest
    @CsvSource({
        "::1, ::1",
        "::, ::",
        "2001:db8:0:0:1:0:0:0, 2001:db8:0:0:1::",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "0:0:1:0:0:0:0:2, 0:0:1::2",
        "10.0.0.255, 10.0.0.255",
    })
    void addressesAreWrittenAsAPersonWould(String address, String text) {
        assertThat(Addresses.text(InetAddress.ofLiteral(address))).isEqualTo(text);
    }
}
