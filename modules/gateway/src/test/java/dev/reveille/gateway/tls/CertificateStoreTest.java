package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class CertificateStoreTest {

    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final TestCertificate FIRST = AUTHORITY.issue(Key.EC, "*.example.com");
    private static final TestCertificate SECOND = AUTHORITY.issue(Key.EC, "*.example.com");
    private static final Duration SOON = Duration.ofMillis(5);

    @TempDir
    private Path root;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(CertificateStore.class);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    @Test
    void aReloadServesTheNewCertificate() throws Exception {
        try (CertificateStore store = storeWith(FIRST)) {
            write(SECOND);

            assertThat(store.reload()).isTrue();

            assertThat(served(store)).isEqualTo(SECOND.leaf());
        }
    }

    @Test
    void aBadNewCertificateKeepsTheOldOneAndIsReportedOnce() throws Exception {
        try (CertificateStore store = storeWith(FIRST)) {
            Files.writeString(root.resolve("a.key"), SECOND.pkcs8Pem());

            assertThat(store.reload()).isFalse();

            assertThat(served(store)).isEqualTo(FIRST.leaf());
            assertThat(log.list)
                    .filteredOn(event -> event.getLevel() == Level.ERROR)
                    .hasSize(1);
        }
    }

    @Test
    void aDirectoryThatBecameEmptyKeepsTheOldCertificate() throws Exception {
        try (CertificateStore store = storeWith(FIRST)) {
            Files.delete(root.resolve("a.key"));

            assertThat(store.reload()).isFalse();

            assertThat(served(store)).isEqualTo(FIRST.leaf());
        }
    }

    @Test
    void aChangeOfFilesIsNoticedWithoutBeingTold() throws Exception {
        CompletableFuture<Void> swapped = new CompletableFuture<>();
        try (CertificateStore store = storeWith(FIRST);
                ScheduledExecutorService files = Executors.newSingleThreadScheduledExecutor()) {
            store.watch(files);

            write(SECOND);

            files.scheduleWithFixedDelay(
                    () -> {
                        if (served(store).equals(SECOND.leaf())) {
                            swapped.complete(null);
                        }
                    },
                    0,
                    SOON.toMillis(),
                    TimeUnit.MILLISECONDS);
            assertThat(swapped).succeedsWithin(Duration.ofSeconds(20));
            files.shutdownNow();
        }
    }

    @Test
    void anExpiredCertificateIsServedWithAWarning() throws Exception {
        TestCertificate expired = AUTHORITY.issue(Key.EC, Instant.now().minus(Duration.ofDays(1)), "a.example.com");

        try (CertificateStore store = storeWith(expired)) {
            assertThat(served(store)).isEqualTo(expired.leaf());
            assertThat(log.list)
                    .filteredOn(event -> event.getLevel() == Level.WARN)
                    .extracting(ILoggingEvent::getMessage)
                    .containsExactly("certificate has expired");
        }
    }

    @Test
    void aBadDirectoryStopsTheStart() {
        assertThatThrownBy(() -> CertificateStore.open(CertificateSettings.postgresql(root)))
                .isInstanceOf(CertificateProblem.class);
    }

    @Test
    void aContextLivesExactlyAsLongAsSomebodyUsesIt() throws Exception {
        assumeThat(OpenSsl.isAvailable()).isTrue();
        try (CertificateStore store = storeWith(FIRST)) {
            CertificateStore.Serving serving = serve(store);
            ReferenceCounted context = (ReferenceCounted) serving.certificate().context();
            write(SECOND);
            store.reload();
            assertThat(context.refCnt()).as("held by the engine alone").isEqualTo(1);

            ReferenceCountUtil.release(serving.handler().engine());

            assertThat(context.refCnt()).as("held by nobody").isZero();
        }
    }

    @Test
    void handshakesDuringReloadsAlwaysFindACertificate() throws Exception {
        try (CertificateStore store = storeWith(FIRST)) {
            CompletableFuture<Void> reloads = CompletableFuture.runAsync(() -> {
                for (int round = 0; round < 20; round++) {
                    store.reload();
                }
            });
            while (!reloads.isDone()) {
                ReferenceCountUtil.release(serve(store).handler().engine());
            }

            assertThat(reloads).isCompleted();
        }
    }

    private CertificateStore storeWith(TestCertificate certificate) throws CertificateProblem {
        write(certificate);
        return CertificateStore.open(CertificateSettings.postgresql(root, TlsProvider.AUTO, SOON));
    }

    private void write(TestCertificate certificate) {
        certificate.writeTo(root.resolve("a.crt"), root.resolve("a.key"));
    }

    private static X509Certificate served(CertificateStore store) {
        return store.current().choose(Hellos.modern("blue.example.com")).leaf();
    }

    private static CertificateStore.Serving serve(CertificateStore store) {
        return store.serve(Hellos.modern("blue.example.com"), UnpooledByteBufAllocator.DEFAULT);
    }
}
