package dev.reveille.gateway.compute;

import static dev.reveille.gateway.compute.Dialling.LONG;
import static dev.reveille.gateway.compute.Dialling.SHORT;
import static dev.reveille.gateway.compute.Dialling.patient;
import static dev.reveille.gateway.compute.Dialling.reasonOf;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.loops.KeepAlive;
import dev.reveille.gateway.tls.EndPointDigest;
import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates.Key;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeConnection;
import dev.reveille.session.compute.ComputeDialer;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.ComputeTls.Mode;
import dev.reveille.session.compute.DialFailure.Reason;
import dev.reveille.session.relay.Link;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** From a name to a link. */
@Timeout(60)
class LoopDialerTest {

    private static final ComputeTls REQUIRED = new ComputeTls(Mode.REQUIRE, Optional.empty());

    private static Dialling dialling;

    @BeforeAll
    static void open() throws Exception {
        dialling = new Dialling();
    }

    @AfterAll
    static void close() {
        dialling.close();
    }

    @Test
    void theLinkCarriesBytesBothWays() throws IOException {
        // Given
        try (FakeCompute<byte[]> compute = FakeCompute.that(connection -> {
            byte[] heard = connection.getInputStream().readNBytes(4);
            connection.getOutputStream().write("pong".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return heard;
        })) {
            // When
            ComputeConnection connection = soon(dial(dialer(patient(LONG)), compute.address(), ComputeTls.DISABLED));
            CompletableFuture<String> answer = exchange(connection.link(), "ping");

            // Then
            assertThat(soon(answer)).isEqualTo("pong");
            assertThat(soon(compute.firstPlay())).asString().isEqualTo("ping");
            assertThat(connection.encrypted()).isFalse();
            assertThat(connection.endPointDigest()).isEmpty();
            assertThat(connection.peer().getPort()).isEqualTo(compute.address().port());
        }
    }

    @Test
    void aSecuredConnectionNamesTheCertificateForChannelBinding() throws IOException {
        TestCertificate certificate = dialling.authority.issue(Key.EC, "compute.example.com");
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.securing(certificate))) {
            ComputeConnection connection = soon(dial(dialer(patient(LONG)), compute.address(), REQUIRED));

            assertThat(connection.encrypted()).isTrue();
            assertThat(connection.endPointDigest()).isPresent().isEqualTo(EndPointDigest.of(certificate.leaf()));
            connection.close().run();
        }
    }

    @Test
    void aConnectionThatIsNotWantedAnyMoreCanBeClosedFromAnywhere() throws IOException {
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute::listen)) {
            ComputeConnection connection = soon(dial(dialer(patient(LONG)), compute.address(), ComputeTls.DISABLED));

            connection.close().run();
            connection.close().run();

            assertThat(soon(compute.firstPlay())).isEmpty();
        }
    }

    @Test
    void aNameIsResolvedAndAllItsAddressesAreTried() throws IOException {
        // Given a compute that listens on IPv4 only, wherever "localhost" leads first
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute::listen)) {
            ComputeAddress named =
                    new ComputeAddress("localhost", compute.address().port());

            // When
            ComputeConnection connection = soon(dial(dialer(patient(LONG)), named, ComputeTls.DISABLED));

            // Then
            assertThat(connection.peer().getAddress().getHostAddress()).isEqualTo("127.0.0.1");
            connection.close().run();
        }
    }

    @Test
    void aNameWithoutAnAddressIsUnresolved() {
        ComputeAddress nowhere = new ComputeAddress("no..such..name", 5432);

        assertThat(reasonOf(dial(dialer(patient(LONG)), nowhere, ComputeTls.DISABLED)))
                .isEqualTo(Reason.UNRESOLVED);
    }

    @Test
    void oneDiallerTooManyWaitsUntilAnotherIsThrough() throws IOException {
        // Given a compute that lets the first wait, and one dialler at a time
        CompletableFuture<String> patience = new CompletableFuture<>();
        try (FakeCompute<byte[]> compute = FakeCompute.that(connection -> {
            FakeCompute.answer(connection, "");
            connection.getOutputStream().write(soon(patience).charAt(0));
            return FakeCompute.listen(connection);
        })) {
            ComputeDialer dialer = dialer(new DialSettings(LONG, LONG, LONG, 1, LONG, LONG, KeepAlive.DEFAULTS));
            ComputeTls preferred = new ComputeTls(Mode.PREFER, Optional.empty());
            CompletionStage<ComputeConnection> first = dial(dialer, compute.address(), preferred);
            CompletionStage<ComputeConnection> second = dial(dialer, compute.address(), ComputeTls.DISABLED);
            dialling.loops.settle(dialling.loops.first());
            assertThat(second.toCompletableFuture()).isNotDone();

            // When
            patience.complete("N");

            // Then
            soon(first).close().run();
            soon(second).close().run();
        }
    }

    @Test
    void whoWaitsTooLongForTheirTurnHearsOfIt() throws IOException {
        // Given
        try (FakeCompute<byte[]> compute = FakeCompute.that(FakeCompute.answering(""))) {
            ComputeDialer dialer = dialer(new DialSettings(LONG, LONG, LONG, 1, SHORT, LONG, KeepAlive.DEFAULTS));
            dial(dialer, compute.address(), REQUIRED);

            // When
            CompletionStage<ComputeConnection> second = dial(dialer, compute.address(), REQUIRED);

            // Then
            assertThat(reasonOf(second)).isEqualTo(Reason.NO_PERMIT);
        }
    }

    @Test
    void everyFailureGivesItsPlaceBack() throws IOException {
        ComputeDialer dialer = dialer(new DialSettings(LONG, LONG, LONG, 1, SHORT, LONG, KeepAlive.DEFAULTS));
        ComputeAddress nobody = Dialling.nobody();
        ComputeAddress nowhere = new ComputeAddress("no..such..name", 5432);
        try (FakeCompute<byte[]> refusing = FakeCompute.that(FakeCompute.answering("N"))) {
            for (int attempt = 0; attempt < 3; attempt++) {
                assertThat(reasonOf(dial(dialer, nobody, REQUIRED))).isEqualTo(Reason.UNREACHABLE);
                assertThat(reasonOf(dial(dialer, nowhere, REQUIRED))).isEqualTo(Reason.UNRESOLVED);
                assertThat(reasonOf(dial(dialer, refusing.address(), REQUIRED))).isEqualTo(Reason.TLS_REFUSED);
            }
        }
    }

    private static ComputeDialer dialer(DialSettings settings) {
        return dialling.backDoor(settings).dialer(dialling.loops.first());
    }

    /** As sessions do: on the loop. */
    private static CompletionStage<ComputeConnection> dial(
            ComputeDialer dialer, ComputeAddress address, ComputeTls tls) {
        return CompletableFuture.supplyAsync(
                        () -> dialer.dial(address, tls), dialling.loops.first().eventLoop())
                .thenCompose(dial -> dial);
    }

    /** Says something and hears the answer to its end. */
    private static CompletableFuture<String> exchange(Link link, String words) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        StringBuilder heard = new StringBuilder();
        dialling.loops.first().eventLoop().execute(() -> {
            link.open(() -> {
                heard.append(link.take().utf8String());
                if (link.condition() == Link.Condition.FINISHED) {
                    answer.complete(heard.toString());
                    link.close();
                }
            });
            link.send(ByteString.fromString(words));
        });
        return answer;
    }
}
