package dev.reveille.gateway.front;

import static dev.reveille.gateway.front.ArrivingClient.STARTUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.session.ClientConnection;
import dev.reveille.session.access.AddressPattern;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients behind a load balancer at 192.0.2.7. */
class ProxyHeaderTest {

    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final int PROXY = 0x21;
    private static final int LOCAL = 0x20;
    private static final int TCP4 = 0x11;
    private static final int UDP4 = 0x12;
    private static final int TCP6 = 0x21;
    private static final String FROM_V4 = "c6336407" + "0a000001" + "c001" + "1538";
    private static final String FROM_V6 =
            "20010db8000000000000000000000009" + "20010db8000000000000000000000001" + "c001" + "1538";
    private static final String FROM_UNIX = "00".repeat(216);

    private final ArrivingClient client = new ArrivingClient(behind("192.0.2.0/24"));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void theHeaderNamesTheClient() {
        client.says(header(PROXY, TCP4, FROM_V4));
        client.says(STARTUP);

        assertThat(connection().client()).isEqualTo(new InetSocketAddress("198.51.100.7", 0xC001));
        assertThat(connection().privateLink()).isEmpty();
    }

    @Test
    void theHeaderMayNameAnIpv6Client() {
        client.says(header(PROXY, TCP6, FROM_V6));
        client.says(STARTUP);

        assertThat(connection().client()).isEqualTo(new InetSocketAddress("2001:db8::9", 0xC001));
    }

    @Test
    void datagramsAreAsGoodAsStreams() {
        client.says(header(PROXY, UDP4, FROM_V4));
        client.says(STARTUP);

        assertThat(connection().client().getHostString()).isEqualTo("198.51.100.7");
    }

    @Test
    void theTextualHeaderIsUnderstoodToo() {
        client.says("PROXY TCP4 198.51.100.7 10.0.0.1 49153 5432\r\n".getBytes(StandardCharsets.US_ASCII));
        client.says(STARTUP);

        assertThat(connection().client()).isEqualTo(new InetSocketAddress("198.51.100.7", 49_153));
    }

    @Test
    void whatFollowsTheHeaderBelongsToTheClient() {
        client.saysInOneRead(header(PROXY, TCP4, FROM_V4), STARTUP);

        assertThat(client.admission().firstBytes()).isEqualTo(ByteString.fromArray(STARTUP));
        assertThat(client.channel().pipeline().toMap()).isEmpty();
    }

    @Test
    void aHeaderInTheSamePacketAsTheStartupIsCutExactly() {
        ByteBuf both = Unpooled.wrappedBuffer(header(PROXY, TCP4, FROM_V4), STARTUP);
        byte[] bytes = new byte[both.readableBytes()];
        both.readBytes(bytes);

        client.says(bytes);

        assertThat(client.admission().firstBytes()).isEqualTo(ByteString.fromArray(STARTUP));
    }

    @Test
    void aHeaderThatComesByteByByteIsUnderstood() {
        client.saysBytewise(header(PROXY, TCP4, FROM_V4, value(0xEA, "01" + hex("vpce-0abc"))));
        client.says(STARTUP);

        assertThat(connection().privateLink()).contains("vpce-0abc");
    }

    @Test
    void anAzureLinkIsShownInDecimal() {
        client.says(header(PROXY, TCP4, FROM_V4, value(0xEE, "01" + "fefffff0")));
        client.says(STARTUP);

        assertThat(connection().privateLink()).contains(Long.toString(0xF0FF_FFFEL));
    }

    @Test
    void theLastPrivateLinkCounts() {
        client.says(header(
                PROXY,
                TCP4,
                FROM_V4,
                value(0xEA, "01" + hex("vpce-1")),
                value(0x04, "00"),
                value(0xEA, "01" + hex("vpce-2"))));
        client.says(STARTUP);

        assertThat(connection().privateLink()).contains("vpce-2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ea0000", "ea000101", "ea00020276", "ee0000", "ee000101", "ee000401010203", "ee00050201000000"})
    void aValueTooShortOrOfAnotherKindIsNoPrivateLink(String value) {
        client.says(header(PROXY, TCP4, FROM_V4, value, value(0x04, "0000")));
        client.says(STARTUP);

        assertThat(connection().privateLink()).isEmpty();
    }

    @Test
    void aHealthCheckIsEndedQuietly() {
        client.says(header(LOCAL, 0, ""));

        client.isTurnedAwayBecause("health check");
    }

    @Test
    void aHeaderWithoutAnAddressIsRefused() {
        client.says(header(PROXY, 0, ""));

        client.isTurnedAwayBecause("without a client address");
    }

    @Test
    void aTextualHeaderOfUnknownFamilyIsRefused() {
        client.says("PROXY UNKNOWN\r\n".getBytes(StandardCharsets.US_ASCII));

        client.isTurnedAwayBecause("without a client address");
    }

    @Test
    void aUnixSocketIsNoClientAddress() {
        client.says(header(PROXY, 0x31, FROM_UNIX));

        client.isTurnedAwayBecause("without a client address");
    }

    @Test
    void anAddressCutShortIsRefused() {
        client.says(header(PROXY, TCP4, "c633"));

        client.isTurnedAwayBecause("bad PROXY header");
    }

    @Test
    void aValueCutShortIsRefused() {
        client.says(header(PROXY, TCP4, FROM_V4, "ea00ff0176"));

        client.isTurnedAwayBecause("bad PROXY header");
    }

    @Test
    void aHeaderBeyondTheLimitIsRefusedBeforeItEnds() {
        client.says(HexFormat.of().parseHex(SIGNATURE + "2111ffff" + FROM_V4));
        client.isStillWaiting();

        client.says(new byte[FrontDoor.PROXY_VALUES_LENGTH_MAX + 216]); // The decoder's room for the address.

        client.isTurnedAwayBecause("bad PROXY header");
    }

    @Test
    void aTextualHeaderWithoutAnEndIsRefused() {
        client.says("PROXY TCP4 ".repeat(12).getBytes(StandardCharsets.US_ASCII));

        client.isTurnedAwayBecause("bad PROXY header");
    }

    @Test
    void aClientThatComesWithoutAHeaderIsRefused() {
        client.says(ArrivingClient.SSL_REQUEST);
        client.waits(FrontDoorSettings.LOGIN_TIMEOUT);
        client.waits(Duration.ofSeconds(1));

        client.isTurnedAwayBecause("too slow");
        assertThat(client.hears()).isEmpty();
    }

    @Test
    void aHeaderThatDripsInIsRefused() {
        for (byte one : HexFormat.of().parseHex(SIGNATURE)) {
            client.says(new byte[] {one});
            client.waits(Duration.ofSeconds(1));
        }
        client.isStillWaiting();

        client.waits(Duration.ofSeconds(4));

        client.isTurnedAwayBecause("too slow");
    }

    @Test
    void anUntrustedSourceIsRefusedUnheard() {
        client.close();
        try (ArrivingClient stranger = new ArrivingClient(behind("10.0.0.0/8"))) {
            stranger.isTurnedAwayBecause("not trusted");
        }
    }

    @Test
    void aDoorThatExpectsNoHeaderDoesNotReadOne() {
        client.close();
        try (ArrivingClient direct = new ArrivingClient(FrontDoorSettings.withoutTls())) {
            direct.says(header(PROXY, TCP4, FROM_V4));

            assertThat(direct.admission().connection().client().getHostString()).isEqualTo("192.0.2.7");
        }
    }

    @Test
    void aTrustListMustSaySomethingReadable() {
        assertThatThrownBy(() -> behind("10.0.0.0/99")).hasMessageContaining("10.0.0.0/99");
        assertThatThrownBy(() -> new ProxyProtocol.Required(List.of())).hasMessageContaining("at least one");
    }

    private ClientConnection connection() {
        return client.admission().connection();
    }

    private static FrontDoorSettings behind(String network) {
        return new FrontDoorSettings(
                Optional.empty(),
                false,
                new ProxyProtocol.Required(List.of(AddressPattern.parse(network))),
                FrontDoorSettings.LOGIN_TIMEOUT);
    }

    private static byte[] header(int command, int family, String address, String... values) {
        String rest = address + String.join("", values);
        return HexFormat.of().parseHex(SIGNATURE + "%02x%02x%04x".formatted(command, family, rest.length() / 2) + rest);
    }

    private static String value(int type, String content) {
        return "%02x%04x".formatted(type, content.length() / 2) + content;
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }
}
