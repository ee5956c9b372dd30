package dev.reveille.gateway.compute;

import static dev.reveille.gateway.loops.TestLoops.failureOf;

import dev.reveille.gateway.loops.KeepAlive;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.loops.TestLoops;
import dev.reveille.gateway.tls.CertificateProblem;
import dev.reveille.gateway.tls.ComputeTlsContexts;
import dev.reveille.gateway.tls.TlsProvider;
import dev.reveille.kit.TestCertificates;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.DialFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What tests of the back door need: a loop to dial from, and an authority to trust. */
final class Dialling implements AutoCloseable {

    /** Nobody waits so long in a test that passes. */
    static final Duration LONG = TestLoops.PATIENCE;

    static final Duration SHORT = Duration.ofMillis(300);

    final TestCertificates authority = TestCertificates.authority();
    final TestLoops loops = TestLoops.open(1);
    private final ComputeTlsContexts contexts;

    Dialling() throws IOException, CertificateProblem {
        Path trusted = Files.createTempFile("authority", ".pem");
        try {
            Files.writeString(trusted, authority.rootPem());
            contexts = ComputeTlsContexts.create(TlsProvider.AUTO, Optional.of(trusted));
        } finally {
            Files.delete(trusted);
        }
    }

    /** Waits so long for each step. */
    static DialSettings patient(Duration patience) {
        return new DialSettings(patience, patience, patience, 100, patience, patience, KeepAlive.DEFAULTS);
    }

    ComputeConnector connector(DialSettings settings) {
        return new ComputeConnector(loops.first(), loops.loops().transport(), contexts, settings);
    }

    BackDoor backDoor(DialSettings settings) {
        return new BackDoor(loops.loops().transport(), contexts, settings, SocketSettings.DEFAULTS);
    }

    /** An address where nobody listens. */
    static ComputeAddress nobody() throws IOException {
        try (ServerSocket door = new ServerSocket()) {
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return new ComputeAddress("127.0.0.1", door.getLocalPort());
        }
    }

    /** Why dialling failed; it fails in no other way. */
    static DialFailure.Reason reasonOf(CompletionStage<?> dialling) {
        return switch (failureOf(dialling)) {
            case DialFailure failure -> failure.reason();
            case Throwable other -> throw new AssertionError("not a failure of dialling", other);
        };
    }

    @Override
    public void close() {
        contexts.close();
        loops.close();
    }
}
