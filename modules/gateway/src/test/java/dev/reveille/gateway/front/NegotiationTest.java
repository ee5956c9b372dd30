package dev.reveille.gateway.front;

import static dev.reveille.gateway.front.ArrivingClient.GSSENC_REQUEST;
import static dev.reveille.gateway.front.ArrivingClient.SSL_REQUEST;
import static dev.reveille.gateway.front.ArrivingClient.STARTUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.session.ClientConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The questions about encryption, at a door without certificates. */
class NegotiationTest {

    private static final Duration MOMENT = Duration.ofMillis(100);

    private final ArrivingClient client = new ArrivingClient(FrontDoorSettings.withoutTls());

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void aClientThatJustBeginsIsAdmittedWithWhatItSaid() {
        client.says(STARTUP);

        Admitted admitted = client.admission();
        assertThat(admitted.firstBytes()).isEqualTo(ByteString.fromArray(STARTUP));
        assertThat(admitted.connection().door()).isEqualTo(ClientConnection.Door.TCP);
        assertThat(admitted.connection().client().getHostString()).isEqualTo("192.0.2.7");
        assertThat(admitted.connection().tls()).isEmpty();
        assertThat(client.hears()).isEmpty();
    }

    @Test
    void everythingOfTheSameReadIsHandedOver() {
        client.saysInOneRead(STARTUP, new byte[] {'p', 0, 0, 0, 4}, new byte[] {'X'});

        assertThat(client.admission().firstBytes().size()).isEqualTo(STARTUP.length + 6);
    }

    @Test
    void anAdmittedChannelIsEmptyAndQuiet() {
        client.says(STARTUP);

        client.admission();
        assertThat(client.channel().config().isAutoRead()).isFalse();
        assertThat(client.channel().pipeline().toMap()).isEmpty();
    }

    @Test
    void aClientThatSpeaksByteByByteIsUnderstood() {
        client.saysBytewise(GSSENC_REQUEST);
        client.saysBytewise(SSL_REQUEST);
        client.saysBytewise(STARTUP);

        assertThat(client.hearsText()).isEqualTo("NN");
        assertThat(client.admission().firstBytes()).isEqualTo(ByteString.fromArray(STARTUP, 0, FirstPacket.LENGTH));
    }

    @Test
    void sslThenGssIsDeclinedTwice() {
        client.says(SSL_REQUEST);
        client.says(GSSENC_REQUEST);
        client.says(STARTUP);

        assertThat(client.hearsText()).isEqualTo("NN");
        assertThat(client.admission().firstBytes()).isEqualTo(ByteString.fromArray(STARTUP));
    }

    @Test
    void aClientThatDoesNotWaitForAnswersIsUnderstood() {
        client.saysInOneRead(GSSENC_REQUEST, SSL_REQUEST, STARTUP);

        assertThat(client.hearsText()).isEqualTo("NN");
        assertThat(client.admission().firstBytes()).isEqualTo(ByteString.fromArray(STARTUP));
    }

    @Test
    void aRepeatedSslRequestIsRefused() {
        client.says(SSL_REQUEST);
        client.says(SSL_REQUEST);

        client.isTurnedAwayBecause("SSLRequest repeated");
        assertThat(client.hearsText()).isEqualTo("N");
    }

    @Test
    void aRepeatedGssencRequestIsRefused() {
        client.says(GSSENC_REQUEST);
        client.says(GSSENC_REQUEST);

        client.isTurnedAwayBecause("GSSENCRequest repeated");
        assertThat(client.hearsText()).isEqualTo("N");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0000000904d2162f00", "0000000904d2163000", "0000000004d2162f"})
    void aRequestWithAnotherLengthIsRefused(String packet) {
        client.says(HexFormat.of().parseHex(packet));

        client.isTurnedAwayBecause("malformed");
        assertThat(client.hears()).isEmpty();
    }

    @Test
    void directTlsIsRefusedWhereThereAreNoCertificates() {
        client.says(new byte[] {0x16, 3, 1, 2, 0, 1});

        client.isTurnedAwayBecause("TLS without having been granted it");
        assertThat(client.hears()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "POST /sql HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"})
    void httpIsToldWhereItIs(String request) {
        client.says(request.getBytes(StandardCharsets.US_ASCII));

        client.isTurnedAwayBecause("HTTP");
        assertThat(client.hearsText())
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("Content-Length: 40\r\n")
                .endsWith("\r\n\r\nThis port speaks PostgreSQL, not HTTP.\r\n");
    }

    @Test
    void nonsenseIsTheSessionsBusiness() {
        byte[] nonsense = {(byte) 0xFF, 1, 2, 3, 4, 5, 6, 7, 8, 9};

        client.says(nonsense);

        assertThat(client.admission().firstBytes()).isEqualTo(ByteString.fromArray(nonsense));
    }

    @Test
    void anAdmittedClientsFirstBytesAreNotPrinted() {
        client.says(STARTUP);

        assertThat(client.admission().toString())
                .contains("14 bytes")
                .doesNotContain(client.admission().firstBytes().toString());
    }

    @Test
    void aClientThatNeverSpeaksIsRefused() {
        client.waits(FrontDoorSettings.LOGIN_TIMEOUT.minus(MOMENT));
        client.isStillWaiting();

        client.waits(MOMENT.multipliedBy(2));

        client.isTurnedAwayBecause("too slow");
        assertThat(client.hears()).isEmpty();
    }

    @Test
    void aClientThatDripsItsFirstPacketIsRefused() {
        for (int i = 0; i < FirstPacket.LENGTH - 1; i++) {
            client.says(new byte[] {STARTUP[i]});
            client.waits(Duration.ofSeconds(2));
        }
        client.isStillWaiting();

        client.waits(Duration.ofSeconds(2));

        client.isTurnedAwayBecause("too slow");
    }

    @Test
    void theClockStopsAtTheAdmission() {
        client.says(STARTUP);

        client.waits(FrontDoorSettings.LOGIN_TIMEOUT.multipliedBy(2));

        assertThat(client.channel().isActive()).isTrue();
    }

    @Test
    void aClientThatLeavesWithoutAWordCausesOneQuietLine() {
        client.leaves();

        client.isTurnedAwayBecause("the client left");
    }
}
