package dev.reveille.node.training;

import dev.reveille.node.certificates.DevCertificate;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.ClientConnection;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.apache.pekko.util.ByteString;

/**
 * A node's practice: short visits and long ones, and statements over HTTP, with TLS and without, against a compute that
 * answers everything. Blocks; for one thread.
 */
public final class Training implements AutoCloseable {

    private static final String ENDPOINT = "training";

    /** Behind its name: half of the visitors leave their connections to those after them. */
    private static final String POOLED = "-pooler";

    private static final String ROLE = "trainee";
    private static final int ITERATIONS = 4_096;
    private static final int SALT_LENGTH = 16;

    private static final int VISITORS = 8;
    private static final int SHORT_VISITS = 50;
    private static final int LONG_VISITS = 1;
    private static final int QUESTIONS_OF_A_LONG_VISIT = 200;
    private static final int CALLS = 200;

    private final TrainingCompute compute;
    private final Path certificates;
    private final InetSocketAddress node;
    private final InetSocketAddress web;
    private final InetSocketAddress admin;
    private final InetSocketAddress cluster;
    private final String password;
    private final ScramVerifier verifier;
    private final ScramKeys keys;

    private Training(
            TrainingCompute compute,
            Path certificates,
            InetSocketAddress node,
            InetSocketAddress web,
            InetSocketAddress admin,
            InetSocketAddress cluster,
            String password,
            ScramVerifier verifier,
            ScramKeys keys) {
        this.compute = compute;
        this.certificates = certificates;
        this.node = node;
        this.web = web;
        this.admin = admin;
        this.cluster = cluster;
        this.password = password;
        this.verifier = verifier;
        this.keys = keys;
    }

    /** Makes the compute, a certificate in a temporary directory, and a password that nobody ever knew. */
    public static Training prepare() throws IOException, GeneralSecurityException {
        byte[] salt = new byte[SALT_LENGTH];
        new SecureRandom().nextBytes(salt);
        String password = Long.toUnsignedString(ThreadLocalRandom.current().nextLong());
        ScramVerifier verifier = ScramVerifier.ofPassword(password, ByteString.fromArray(salt), ITERATIONS);
        ScramKeys keys = verifier.keysOf(ByteString.fromString(password)).orElseThrow();
        Path certificates = Files.createTempDirectory("reveille-training-");
        DevCertificate.ensure(certificates);
        return new Training(
                TrainingCompute.start(),
                certificates,
                freeAddress(),
                freeAddress(),
                freeAddress(),
                freeAddress(),
                password,
                verifier,
                keys);
    }

    /** The settings of the node that is to practise. */
    public Map<String, Object> settings() {
        return Map.of(
                "reveille.listen.postgres", ClientConnection.text(node),
                "reveille.listen.web", ClientConnection.text(web),
                "reveille.listen.admin", ClientConnection.text(admin),
                "reveille.drain", "5s",
                // With a door for other nodes, so that it practises what a node in a cluster does.
                "reveille.cluster.bind", ClientConnection.text(cluster),
                "reveille.tls.directory", certificates.toString(),
                "reveille.control-plane.kind", "fixed",
                "reveille.control-plane.endpoints",
                        Map.of(
                                ENDPOINT,
                                Map.of(
                                        "address", ClientConnection.text(compute.address()),
                                        "tls", "disable",
                                        "roles", Map.of(ROLE, verifier.encode()))));
    }

    /** Practises; returns when all visits are over. */
    public void work() throws IOException, GeneralSecurityException, ExecutionException, InterruptedException {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), new SecureRandom());
        try (ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Void>> visits = new ArrayList<>();
            for (int i = 0; i < VISITORS; i++) {
                Optional<SSLSocketFactory> tls =
                        i % 2 == 0 ? Optional.empty() : Optional.of(trusting.getSocketFactory());
                String endpoint = i < VISITORS / 2 ? ENDPOINT : ENDPOINT + POOLED;
                visits.add(visitors.submit((Callable<Void>) () -> {
                    visit(tls, endpoint);
                    return null;
                }));
            }
            for (Future<Void> visit : visits) {
                visit.get();
            }
        }
    }

    @Override
    public void close() throws IOException {
        compute.close();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(certificates)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(certificates);
    }

    private void visit(Optional<SSLSocketFactory> tls, String endpoint) throws IOException {
        for (int i = 0; i < SHORT_VISITS; i++) {
            logInAndAsk(tls, endpoint, 1);
        }
        for (int i = 0; i < LONG_VISITS; i++) {
            logInAndAsk(tls, endpoint, QUESTIONS_OF_A_LONG_VISIT);
        }
        try (TrainingCaller caller = TrainingCaller.connect(web, tls, ENDPOINT, ROLE, password)) {
            caller.call(CALLS);
        }
    }

    private void logInAndAsk(Optional<SSLSocketFactory> tls, String endpoint, int questions) throws IOException {
        try (TrainingClient client = TrainingClient.logIn(node, tls, endpoint, ROLE, keys)) {
            client.ask(questions);
        }
    }

    private static InetSocketAddress freeAddress() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return (InetSocketAddress) probe.getLocalSocketAddress();
        }
    }
}
