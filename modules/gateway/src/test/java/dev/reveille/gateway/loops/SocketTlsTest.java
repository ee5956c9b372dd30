package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.Bytes.aside;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.pekko.Done;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same inside TLS, with both engines. */
@Timeout(60)
class SocketTlsTest {

    private static final int MEGABYTE = 1024 * 1024;
    private static final Duration FOR_EVER = Duration.ofHours(1);
    private static final SocketSettings UNHURRIED =
            new SocketSettings(SocketSettings.DEFAULTS.heldMax(), FOR_EVER, FOR_EVER);
    private static final TestCertificate CERTIFICATE =
            TestCertificates.authority().issue(TestCertificates.Key.EC, "localhost");

    private final TestLoops loops = TestLoops.open(2);

    /** For what depends on who is faster. */
    static Stream<SslProvider> enginesManyTimes() {
        return IntStream.range(0, 10).boxed().flatMap(_ -> engines());
    }

    static Stream<SslProvider> engines() {
        return OpenSsl.isAvailable()
                ? Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK)
                : Stream.of(SslProvider.JDK);
    }

    @AfterEach
    void close() {
        loops.close();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void megabytesComeBackFromAnEchoAsTheyWereSent(SslProvider engine) throws Exception {
        // Given
        Bytes bytes = new Bytes(11, 20 * MEGABYTE);
        try (Wire wire = wire(engine)) {
            loops.run(wire.loop(), wire.stream().join(Flow.create()));

            // When
            CompletableFuture<Done> sent = aside(() -> {
                bytes.writeTo(wire.peer().getOutputStream());
                return Done.getInstance();
            });
            CompletableFuture<Bytes.Sum> received =
                    aside(() -> bytes.readAsMany(wire.peer().getInputStream()));

            // Then
            soon(sent);
            assertThat(soon(received)).isEqualTo(bytes.sum());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aSlowPeerReadsEverythingAfterWeHaveFinished(SslProvider engine) throws Exception {
        // Given a stream that is over on our side, with most of it still to be sent
        ByteString all = ByteString.fromArray(new byte[10 * MEGABYTE]);
        try (Wire wire = wire(engine)) {
            loops.run(
                    wire.loop(), Source.single(all).via(wire.stream(UNHURRIED)).to(Sink.cancelled()));
            loops.settle(wire.loop());

            // When
            Bytes.Sum received = soon(aside(() -> Bytes.readToEnd(wire.peer().getInputStream())));

            // Then
            assertThat(received.length()).isEqualTo(all.size());
            wire.peer().close();
            soon(closed(wire));
        }
    }

    @ParameterizedTest
    @MethodSource("enginesManyTimes")
    void lastWordsReachAPeerThatKeepsSending(SslProvider engine) throws Exception {
        // Given
        Bytes lastWords = new Bytes(13, 5L * Wire.KERNEL_BUFFER);
        try (Wire wire = wire(engine)) {
            CompletableFuture<Done> sending = aside(() -> {
                while (true) {
                    wire.peer().getOutputStream().write(new byte[1_000]);
                }
            });

            // When
            loops.run(
                    wire.loop(),
                    Source.fromIterator(lastWords.chunks(_ -> {})::get)
                            .via(wire.stream(UNHURRIED))
                            .to(Sink.cancelled()));

            // Then
            assertThat(soon(aside(() -> lastWords.readAsMany(wire.peer().getInputStream()))))
                    .isEqualTo(lastWords.sum());
            wire.peer().close();
            soon(closed(wire));
            soon(sending.handle((_, _) -> Done.getInstance()));
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aPeerThatSaysGoodbyeEndsWhatIsReceivedAfterItsLastWord(SslProvider engine) throws Exception {
        // Given
        Bytes bytes = new Bytes(14, MEGABYTE);
        try (Wire wire = wire(engine)) {
            CompletionStage<Bytes.Summing> received = loops.run(
                    wire.loop(),
                    Source.<ByteString>maybe()
                            .via(wire.stream(UNHURRIED))
                            .toMat(Sink.fold(new Bytes.Summing(), Bytes.Summing::add), Keep.right()));

            // When
            soon(aside(() -> {
                bytes.writeTo(wire.peer().getOutputStream());
                wire.peer().close();
                return Done.getInstance();
            }));

            // Then
            assertThat(soon(received).sum()).isEqualTo(bytes.sum());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void weSayGoodbyeInsideTls(SslProvider engine) throws Exception {
        // Given a peer whose engine would take an unannounced end for an attack
        try (Wire wire = wire(engine, "TLSv1.2")) {
            // When
            loops.run(
                    wire.loop(),
                    Source.single(ByteString.fromString("bye"))
                            .via(wire.stream(UNHURRIED))
                            .to(Sink.cancelled()));

            // Then the last record before the end is an alert
            byte[] raw = soon(aside(() -> wire.underneath().getInputStream().readAllBytes()));
            assertThat(typeOfLastRecord(raw)).isEqualTo(21);
        }
    }

    private static int typeOfLastRecord(byte[] records) {
        int at = 0;
        while (true) {
            int length = ((records[at + 3] & 0xFF) << 8) | (records[at + 4] & 0xFF);
            if (at + 5 + length >= records.length) {
                return records[at];
            }
            at += 5 + length;
        }
    }

    private Wire wire(SslProvider engine, String... protocols) throws IOException, GeneralSecurityException {
        SslContext ours = SslContextBuilder.forServer(
                        CERTIFICATE.key(), CERTIFICATE.chain().toArray(X509Certificate[]::new))
                .sslProvider(engine)
                .build();
        SSLContext peer = SSLContext.getInstance("TLS");
        peer.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try {
            return Wire.secured(loops, ours, peer.getSocketFactory(), protocols);
        } finally {
            ReferenceCountUtil.release(ours); // Its engine keeps it as long as it needs it.
        }
    }

    private static CompletionStage<Done> closed(Wire wire) {
        CompletableFuture<Done> closed = new CompletableFuture<>();
        wire.ours().closeFuture().addListener(_ -> closed.complete(Done.getInstance()));
        return closed;
    }
}
