package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.TestCertificate;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.TestCertificates.Key;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.ComputeTls.Mode;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ComputeTlsContextsTest {

    private static final TestCertificates AUTHORITY = TestCertificates.authority();
    private static final TestCertificate COMPUTE = AUTHORITY.issue(Key.EC, "compute-1.internal");
    private static final ComputeAddress ADDRESS = new ComputeAddress("compute-1.internal", 5432);

    @TempDir
    private Path directory;

    private Path authorities;

    @BeforeEach
    void writeAuthorities() throws Exception {
        authorities = Files.writeString(directory.resolve("authorities.pem"), AUTHORITY.rootPem());
    }

    @ParameterizedTest
    @EnumSource
    void requireAcceptsAnyCertificate(TlsProvider provider) throws Exception {
        assertThat(agreed(provider, Optional.empty(), new ComputeTls(Mode.REQUIRE, Optional.of("other.name"))))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void verifyFullAcceptsTheRightNameFromATrustedAuthority(TlsProvider provider) throws Exception {
        assertThat(agreed(provider, Optional.of(authorities), new ComputeTls(Mode.VERIFY_FULL, Optional.empty())))
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void verifyFullRefusesAnotherName(TlsProvider provider) throws Exception {
        assertThat(agreed(
                        provider,
                        Optional.of(authorities),
                        new ComputeTls(Mode.VERIFY_FULL, Optional.of("compute-2.internal"))))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void verifyFullRefusesAnUnknownAuthority(TlsProvider provider) throws Exception {
        assertThat(agreed(provider, Optional.empty(), new ComputeTls(Mode.VERIFY_FULL, Optional.empty())))
                .isFalse();
    }

    /** Whether the client side takes the compute for the right one. */
    private static boolean agreed(TlsProvider provider, Optional<Path> authorities, ComputeTls tls) throws Exception {
        try (ComputeTlsContexts contexts = ComputeTlsContexts.create(provider, authorities)) {
            SslHandler client = contexts.newHandler(tls, ADDRESS, UnpooledByteBufAllocator.DEFAULT);
            SslHandler server = SslContextBuilder.forServer(
                            COMPUTE.key(), COMPUTE.chain().toArray(X509Certificate[]::new))
                    .sslProvider(SslProvider.JDK)
                    .build()
                    .newHandler(UnpooledByteBufAllocator.DEFAULT);
            EmbeddedChannel near = new EmbeddedChannel(client);
            EmbeddedChannel far = new EmbeddedChannel(server);
            try {
                while (carry(near, far) | carry(far, near)) {
                    // Until both have nothing more to say.
                }
                return client.handshakeFuture().isSuccess();
            } finally {
                near.finishAndReleaseAll();
                far.finishAndReleaseAll();
            }
        }
    }

    private static boolean carry(EmbeddedChannel from, EmbeddedChannel to) {
        boolean carried = false;
        from.runPendingTasks();
        for (Object bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeOneInbound(bytes);
            carried = true;
        }
        to.pipeline().fireChannelReadComplete();
        to.runPendingTasks();
        return carried;
    }
}
