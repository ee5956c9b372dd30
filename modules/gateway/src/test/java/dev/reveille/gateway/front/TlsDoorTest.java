package dev.reveille.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.gateway.front.LoopbackDoor.Listening;
import dev.reveille.gateway.tls.CertificateSettings;
import dev.reveille.gateway.tls.CertificateStore;
import dev.reveille.gateway.tls.TlsProvider;
import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import dev.reveille.session.ClientConnection.ClientTls;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A door with certificates, and clients with the JDK's TLS stack; once with each of our engines. */
@ParameterizedClass
@EnumSource(names = {"OPENSSL", "JDK"})
class TlsDoorTest {

    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final TestCertificate ECDSA = AUTHORITY.issue(Key.EC, "*.example.com");
    private static final TestCertificate RENEWED = AUTHORITY.issue(Key.EC, "*.example.com");
    private static final TestCertificate RSA = TestCertificates.selfSigned(Key.RSA, "SHA256withRSA", "*.example.com");

    @TempDir
    private Path directory;

    @Parameter
    private TlsProvider provider;

    private CertificateStore certificates;
    private LoopbackDoor door;

    @BeforeEach
    void open() throws Exception {
        ECDSA.writeTo(directory.resolve("ecdsa.crt"), directory.resolve("ecdsa.key"));
        RSA.writeTo(directory.resolve("rsa.crt"), directory.resolve("rsa.key"));
        certificates = CertificateStore.open(
                CertificateSettings.postgresql(directory, provider, CertificateSettings.RELOAD_EVERY));
        door = new LoopbackDoor(new FrontDoorSettings(
                Optional.of(certificates), true, new ProxyProtocol.Off(), Duration.ofSeconds(15)));
    }

    @AfterEach
    void close() {
        door.close();
        certificates.close();
    }

    @Test
    void aClientThatAsksForTlsIsAdmittedWithItsFacts() throws Exception {
        try (TlsClient client = TlsClient.asking(door, AUTHORITY.root(), TlsClient.naming("Blue.example.com"))) {
            client.shakesHands();

            Admitted admitted = door.admission();
            ClientTls tls = admitted.connection().tls().orElseThrow();
            assertThat(tls.serverName()).contains("blue.example.com");
            assertThat(tls.domains()).containsExactly("example.com");
            assertThat(tls.endPointDigest())
                    .contains(ByteString.fromArray(MessageDigest.getInstance("SHA-256")
                            .digest(ECDSA.leaf().getEncoded())));
            assertThat(admitted.connection().tlsRequired()).isTrue();
            assertThat(client.certificate()).isEqualTo(ECDSA.leaf());
            assertThat(client.version()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void onlyTheTlsHandlerStaysInThePipeline() throws Exception {
        try (TlsClient client = TlsClient.asking(door, AUTHORITY.root(), TlsClient.speaking())) {
            client.shakesHands();

            Admitted admitted = door.admission();
            assertThat(admitted.channel().pipeline().toMap()).containsOnlyKeys(FrontDoor.TLS);
            assertThat(admitted.channel().config().isAutoRead()).isFalse();
        }
    }

    @Test
    void whatIsSaidBeforeAnybodyListensIsNotLost() throws Exception {
        try (TlsClient client = TlsClient.asking(door, AUTHORITY.root(), TlsClient.speaking())) {
            client.shakesHands();
            client.says("one ");
            Admitted admitted = door.admission();
            client.says("two ");
            client.says("three");
            loopHasTurned(admitted);

            new Listening(admitted, "one two three").heardIt();
        }
    }

    @RepeatedTest(10) // Whether the first words come with the handshake's last is a matter of timing.
    void aClientOfTls12IsServedFromItsFirstWord() throws Exception {
        try (TlsClient client =
                TlsClient.asking(door, AUTHORITY.root(), wishes -> wishes.setProtocols(new String[] {"TLSv1.2"}))) {
            client.shakesHands();
            client.says("hello");
            Admitted admitted = door.admission();
            loopHasTurned(admitted);

            new Listening(admitted, "hello").heardIt();
            assertThat(client.version()).isEqualTo("TLSv1.2");
        }
    }

    @Test
    void aClientThatKnowsOnlyRsaIsServedRsa() throws Exception {
        try (TlsClient client = TlsClient.asking(
                door,
                RSA.leaf(),
                wishes -> wishes.setSignatureSchemes(new String[] {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"}))) {
            client.shakesHands();

            assertThat(client.certificate()).isEqualTo(RSA.leaf());
        }
    }

    @Test
    void directTlsIsAdmittedWithItsApplicationProtocol() throws Exception {
        try (TlsClient client = TlsClient.direct(door, AUTHORITY.root(), TlsClient.speaking("postgresql"))) {
            client.shakesHands();
            client.says("hello");

            new Listening(door.admission(), "hello").heardIt();
            assertThat(client.applicationProtocol()).isEqualTo("postgresql");
        }
    }

    @Test
    void directTlsWithoutAnApplicationProtocolIsRefused() throws Exception {
        try (TlsClient client = TlsClient.direct(door, AUTHORITY.root(), TlsClient.naming("blue.example.com"))) {
            assertThatThrownBy(client::shakesHands).hasMessageContaining("no_application_protocol");
            door.admitsNobody();
        }
    }

    @Test
    void tlsForAnotherProtocolIsRefused() throws Exception {
        try (TlsClient client = TlsClient.asking(door, AUTHORITY.root(), TlsClient.speaking("h2", "http/1.1"))) {
            assertThatThrownBy(client::shakesHands).hasMessageContaining("no_application_protocol");
            door.admitsNobody();
        }
    }

    @Test
    void aClientThatDoesNotTrustUsIsNotAdmitted() throws Exception {
        try (TlsClient client =
                TlsClient.asking(door, TestCertificates.authority().root(), TlsClient.speaking())) {
            assertThatThrownBy(client::shakesHands).isInstanceOf(SSLException.class);
            door.admitsNobody();
        }
    }

    @Test
    void bytesSmuggledBehindAnSslRequestEndTheConnection() throws Exception {
        try (Socket attacker = door.connect()) {
            attacker.getOutputStream().write(joined(ArrivingClient.SSL_REQUEST, ArrivingClient.STARTUP));

            assertThat(attacker.getInputStream().readAllBytes()).isEqualTo(new byte[] {'S'});
            door.admitsNobody();
        }
    }

    @Test
    void aClientHelloRightBehindTheSslRequestIsHeard() throws Exception {
        try (Socket eager = door.connect()) {
            eager.getOutputStream().write(joined(ArrivingClient.SSL_REQUEST, FirstFlight.of("blue.example.com")));

            byte[] answer = eager.getInputStream().readNBytes(2);
            assertThat(answer).containsExactly('S', 22);
        }
    }

    @Test
    void aRenewedCertificateIsServedToNewcomersAndDisturbsNobody() throws Exception {
        try (TlsClient old = TlsClient.asking(door, AUTHORITY.root(), TlsClient.speaking())) {
            old.shakesHands();
            Admitted before = door.admission();
            new Listening(before, "");
            RENEWED.writeTo(directory.resolve("ecdsa.crt"), directory.resolve("ecdsa.key"));
            RSA.writeTo(directory.resolve("rsa.crt"), directory.resolve("rsa.key"));

            assertThat(certificates.reload()).isTrue();

            old.says("still here");
            old.hears("still here");
            try (TlsClient newcomer = TlsClient.asking(door, AUTHORITY.root(), TlsClient.speaking())) {
                newcomer.shakesHands();
                assertThat(newcomer.certificate()).isEqualTo(RENEWED.leaf());
                assertThat(door.admission().connection().tls().orElseThrow().endPointDigest())
                        .isNotEqualTo(before.connection().tls().orElseThrow().endPointDigest());
            }
        }
    }

    @Test
    void silenceInEveryPhaseOfTlsIsEnded() throws Exception {
        byte[] hello = FirstFlight.of("blue.example.com");
        byte[] half = Arrays.copyOf(hello, hello.length / 2);
        try (LoopbackDoor hasty = new LoopbackDoor(new FrontDoorSettings(
                        Optional.of(certificates), true, new ProxyProtocol.Off(), Duration.ofMillis(300)));
                Socket afterTheAnswer = hasty.connect();
                Socket withinTheHello = hasty.connect();
                Socket withinTheHandshake = hasty.connect()) {
            afterTheAnswer.getOutputStream().write(ArrivingClient.SSL_REQUEST);
            withinTheHello.getOutputStream().write(joined(ArrivingClient.SSL_REQUEST, half));
            withinTheHandshake.getOutputStream().write(joined(ArrivingClient.SSL_REQUEST, hello));

            assertThat(afterTheAnswer.getInputStream().readAllBytes()).containsExactly('S');
            assertThat(withinTheHello.getInputStream().readAllBytes()).containsExactly('S');
            assertThat(withinTheHandshake.getInputStream().readAllBytes()).startsWith('S', 22);
            hasty.admitsNobody();
        }
    }

    /** Everything that was ready on the channel's loop has been handled. */
    private static void loopHasTurned(Admitted admitted) throws Exception {
        for (int turn = 0; turn < 10; turn++) {
            admitted.channel().eventLoop().submit(() -> {}).get(5, TimeUnit.SECONDS);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
