package dev.reveille.gateway.web;

import static dev.reveille.gateway.loops.TestLoops.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.gateway.front.FrontDoorSettings;
import dev.reveille.gateway.front.ProxyProtocol;
import dev.reveille.gateway.tls.CertificateSettings;
import dev.reveille.gateway.tls.CertificateStore;
import dev.reveille.gateway.tls.TlsProvider;
import dev.reveille.gateway.web.WebClient.Answer;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import dev.reveille.session.ClientConnection.ClientTls;
import dev.reveille.session.access.AddressPattern;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The web door before HTTP begins: who is let in, with TLS and without, and who is sent away. */
@Timeout(60)
class WebListenerTest {

    @TempDir
    private Path directory;

    @Test
    void tlsAndClearTextAreServedOnOnePort() throws Exception {
        try (CertificateStore certificates = certificates();
                OpenDoor door = new OpenDoor(OpenDoor.PATIENT, secured(certificates));
                WebClient plain = WebClient.to(door.address());
                WebClient encrypted = tls(door, "http/1.1")) {
            assertThat(plain.asks("/hello").body()).isEqualTo("hello");
            assertThat(encrypted.asks("/hello").body()).isEqualTo("hello");
        }
    }

    @Test
    void aHandlerKnowsWhatTlsProved() throws Exception {
        try (CertificateStore certificates = certificates();
                OpenDoor door = new OpenDoor(OpenDoor.PATIENT, secured(certificates));
                WebClient client = tls(door, "http/1.1")) {
            client.says("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");

            ClientTls tls = door.hears().request().connection().tls().orElseThrow();
            assertThat(tls.serverName()).contains("blue.example.com");
            assertThat(tls.domains()).containsExactly("example.com");
        }
    }

    @Test
    void theNamesOfTheCertificatesAreDomainsOfWebSockets() throws Exception {
        try (CertificateStore certificates = certificates();
                OpenDoor door = new OpenDoor(OpenDoor.PATIENT, secured(certificates));
                WebClient client = tls(door, "http/1.1")) {
            client.says("GET / HTTP/1.1\r\nHost: a\r\n" + WebClient.UPGRADE + "\r\n");
            client.hears();

            assertThat(door.admits().connection().upgrade().orElseThrow().domains())
                    .isEqualTo(Set.of("example.com", "db.example.com"));
        }
    }

    @Test
    void aClientWithoutAlpnIsServed() throws Exception {
        try (CertificateStore certificates = certificates();
                OpenDoor door = new OpenDoor(OpenDoor.PATIENT, secured(certificates));
                WebClient client = tls(door)) {
            assertThat(client.asks("/hello").body()).isEqualTo("hello");
        }
    }

    @Test
    void aClientOfAnotherProtocolGetsTheAlert() throws Exception {
        try (CertificateStore certificates = certificates();
                OpenDoor door = new OpenDoor(OpenDoor.PATIENT, secured(certificates))) {
            assertThatThrownBy(() -> tls(door, "postgresql"))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("no_application_protocol");
        }
    }

    @Test
    void whereClearTextIsOffAWebClientHearsSo() throws Exception {
        WebSettings settings = with(false, 100);
        try (CertificateStore certificates = certificates();
                OpenDoor door = new OpenDoor(settings, secured(certificates));
                WebClient plain = WebClient.to(door.address());
                WebClient encrypted = tls(door, "h2", "http/1.1")) {
            plain.says("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(plain.hears().body()).contains("https://");
            assertThat(encrypted.asks("/hello").body()).isEqualTo("hello");
        }
    }

    @Test
    void aPostgresClientHearsWhatThisPortIs() throws Exception {
        try (OpenDoor door = new OpenDoor();
                WebClient client = WebClient.to(door.address())) {
            client.says(new byte[] {0, 0, 0, 8, 4, (byte) 0xD2, 0x16, 0x2F});

            assertThat(client.hearsAll()).startsWith("E").contains("not PostgreSQL");
        }
    }

    @Test
    void oneClientTooManyIsToldAndThereIsRoomAgainWhenSomebodyHasLeft() throws Exception {
        try (OpenDoor door = new OpenDoor(with(true, 1), FrontDoorSettings.withoutTls())) {
            // Given
            WebClient first = WebClient.to(door.address());
            first.asks("/hello");

            // When
            try (WebClient second = WebClient.to(door.address())) {
                // Then
                assertThat(second.hears().status()).isEqualTo(503);
            }
            first.close();
            door.loops()
                    .eventually(() -> assertThat(door.listener().connections()).isZero());
            try (WebClient third = WebClient.to(door.address())) {
                assertThat(third.asks("/hello").status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aLoadBalancerIntroducesTheClient() throws Exception {
        FrontDoorSettings front = new FrontDoorSettings(
                Optional.empty(),
                false,
                new ProxyProtocol.Required(List.of(AddressPattern.parse("127.0.0.0/8"))),
                PATIENCE);
        try (OpenDoor door = new OpenDoor(OpenDoor.PATIENT, front);
                WebClient client = WebClient.to(door.address())) {
            client.says("PROXY TCP4 192.0.2.9 192.0.2.1 50123 443\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(door.hears().request().connection().client())
                    .isEqualTo(new InetSocketAddress("192.0.2.9", 50_123));
        }
    }

    @Test
    void aConnectionThatSaysNothingInTlsIsClosed() throws Exception {
        try (CertificateStore certificates = certificates();
                OpenDoor door = new OpenDoor(OpenDoor.QUICK, secured(certificates));
                WebClient client = tls(door, "http/1.1")) {
            assertThat(client.hearsAll()).isEmpty();
        }
    }

    @Test
    void aConnectionIsKeptBetweenRequestsForAsLongAsIsSet() throws Exception {
        WebSettings settings = OpenDoor.with(PATIENCE, Duration.ofMillis(300));
        try (OpenDoor door = new OpenDoor(settings, FrontDoorSettings.withoutTls());
                WebClient client = WebClient.to(door.address())) {
            Answer answer = client.asks("/hello");

            assertThat(answer.field("Connection")).isEmpty();
            assertThat(client.hearsAll()).isEmpty();
        }
    }

    private static WebSettings with(boolean plain, int connectionsMax) {
        WebSettings quick = OpenDoor.PATIENT;
        return new WebSettings(
                plain,
                connectionsMax,
                quick.backlog(),
                quick.headMax(),
                quick.headLengthMax(),
                quick.bodyPauseMax(),
                quick.idleMax(),
                quick.stallMax(),
                quick.hangUpMax(),
                quick.domains(),
                quick.allowedOrigins(),
                quick.webSocket());
    }

    private CertificateStore certificates() throws Exception {
        TestCertificates.authority()
                .issue(Key.EC, "*.example.com")
                .writeTo(directory.resolve("default.crt"), directory.resolve("default.key"));
        return CertificateStore.open(
                CertificateSettings.doors(directory, TlsProvider.AUTO, CertificateSettings.RELOAD_EVERY));
    }

    private static FrontDoorSettings secured(CertificateStore certificates) {
        return new FrontDoorSettings(Optional.of(certificates), false, new ProxyProtocol.Off(), PATIENCE);
    }

    private static WebClient tls(OpenDoor door, String... protocols) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(door.address().getAddress(), door.address().getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("blue.example.com".getBytes(StandardCharsets.US_ASCII))));
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new WebClient(socket);
    }
}
