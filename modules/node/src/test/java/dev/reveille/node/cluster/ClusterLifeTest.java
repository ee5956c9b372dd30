package dev.reveille.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.kit.TestCertificates;
import dev.reveille.kit.sockets.DelayProxy;
import dev.reveille.node.settings.MemberAddress;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.startup.ProtocolVersion;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that join, are given up, come back and leave: real cluster systems in this process. */
class ClusterLifeTest {

    private static final CancelOrigin ORIGIN = new CancelOrigin(InetAddress.getLoopbackAddress(), Optional.empty());
    private static final CancelRecord RECORD = new CancelRecord(
            new CancelTarget(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432),
                    CancelTarget.Security.CLEAR,
                    "compute",
                    4711,
                    ByteString.fromString("hush")),
            EndpointKey.of(new EndpointId("blue")),
            new RoleName("app"));

    @TempDir
    Path directory;

    private final List<LivingNode> nodes = new ArrayList<>();
    private final AtomicInteger cancels = new AtomicInteger();

    @AfterEach
    void close() {
        nodes.reversed().forEach(LivingNode::close);
    }

    @Test
    void aNodeThatWasGivenUpJoinsAgainAndItsSessionsAreFoundAgain() {
        // Given
        two(Optional.empty(), Optional.empty());
        CancelKey key = session(nodes.get(1));
        ActorSystem<?> before = nodes.get(1).system.get();

        // When
        Cluster.get(nodes.get(0).system.get())
                .manager()
                .tell(new Down(Cluster.get(before).selfMember().address()));

        // Then
        Awaitility.await()
                .atMost(LivingNode.PATIENCE)
                .until(() -> nodes.get(1).lives.get() == 2);
        nodes.forEach(node -> node.isUpAmong(2));
        cancelThrough(nodes.get(0), key);
        assertThat(cancels).hasValue(1);
    }

    @Test
    void whileANodeIsBetweenTwoLivesItServesItsOwnSessions() {
        // Given
        two(Optional.empty(), Optional.empty());
        CancelKey key = session(nodes.get(1));

        // When
        nodes.get(1).system.get().terminate();
        Awaitility.await()
                .atMost(LivingNode.PATIENCE)
                .until(() -> !nodes.get(1).life.view().state().equals("up"));
        cancelThrough(nodes.get(1), key);

        // Then
        assertThat(cancels).hasValue(1);
    }

    @Test
    void aNodeThatLeavesIsNotWaitedFor() {
        // Given
        two(Optional.empty(), Optional.empty());

        // When
        nodes.remove(1).close();

        // Then: sooner than a node that is only silent would be given up
        Awaitility.await()
                .atMost(Duration.ofSeconds(4))
                .until(() -> nodes.get(0).life.view().members().size() == 1);
    }

    @Test
    void nodesThatShowCertificatesOfTheirAuthoritiesJoin() throws Exception {
        // Given
        Optional<ClusterTls> tls = Optional.of(ClusterTls.open(certificates()));

        // When
        two(tls, tls);
        CancelKey key = session(nodes.get(1));
        cancelThrough(nodes.get(0), key);

        // Then
        assertThat(cancels).hasValue(1);
    }

    @Test
    void aStrangerWithoutACertificateIsNotLetIn() throws Exception {
        // Given
        nodes.add(LivingNode.of(
                        LivingNode.freeAddresses(1), 0, Optional.of(ClusterTls.open(certificates())), Optional.empty())
                .isUpAmong(1));

        // Then
        assertThatThrownBy(() -> knockAt(nodes.getFirst().address())).isInstanceOf(IOException.class);
    }

    @Test
    void nobodyComesInToANodeThatIsAlone() {
        // Given
        nodes.add(LivingNode.alone().isUpAmong(1));

        // Then
        assertThat(nodes.getFirst().address().getAddress().isLoopbackAddress()).isTrue();
        assertThatThrownBy(() -> knockAt(nodes.getFirst().address())).isInstanceOf(IOException.class);
        nodes.getFirst().isUpAmong(1);
    }

    @Test
    void aNodeWhosePortIsTakenComesInWhenItIsFree() {
        // Given
        List<MemberAddress> addresses = LivingNode.freeAddresses(1);
        LivingNode first =
                LivingNode.of(addresses, 0, Optional.empty(), Optional.empty()).isUpAmong(1);

        // When
        LivingNode second = LivingNode.of(addresses, 0, Optional.empty(), Optional.empty());
        nodes.add(second);
        Awaitility.await()
                .atMost(LivingNode.PATIENCE)
                .until(() -> second.life.view().state().equals("away"));
        first.close();

        // Then
        second.isUpAmong(1);
    }

    @Test
    void aFirstSeedThatComesBackWaitsForANeighbourThatIsSlowToAnswer() {
        // Given
        List<MemberAddress> ports = LivingNode.freeAddresses(2);
        try (var wire = DelayProxy.to(ports.get(1).port())) {
            List<MemberAddress> seeds = List.of(ports.getFirst(), new MemberAddress("127.0.0.1", wire.port()));
            LivingNode before = LivingNode.of(seeds, 0, Optional.empty(), Optional.empty());
            LivingNode neighbour = LivingNode.behind(ports.get(1), seeds, 1);
            before.isUpAmong(2);
            before.close();
            neighbour.isUpAmong(1);

            // When: two words and their answers, which takes longer than a first seed waits for silent ones
            wire.delay(Duration.ofMillis(1_100));
            LivingNode after = LivingNode.of(seeds, 0, Optional.empty(), Optional.empty());

            // Then: it founded no cluster of its own in between
            after.isUpAmong(2);
            assertThat(after.lives).hasValue(1);
            after.close();
            neighbour.close();
        }
    }

    private void two(Optional<ClusterTls> first, Optional<ClusterTls> second) {
        List<MemberAddress> addresses = LivingNode.freeAddresses(2);
        nodes.add(LivingNode.of(addresses, 0, first, Optional.empty()));
        nodes.add(LivingNode.of(addresses, 1, second, Optional.empty()));
        nodes.forEach(node -> node.isUpAmong(2));
    }

    private CancelKey session(LivingNode node) {
        return node.keys.issue(ProtocolVersion.V3_0, RECORD, (_, handled) -> {
            cancels.incrementAndGet();
            handled.run();
        });
    }

    private static void cancelThrough(LivingNode node, CancelKey key) {
        node.desk
                .cancel(key, ORIGIN)
                .toCompletableFuture()
                .orTimeout(LivingNode.PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private Path certificates() throws IOException {
        TestCertificates authority = TestCertificates.authority();
        authority
                .issue(TestCertificates.Key.EC, "node-1")
                .writeTo(directory.resolve("node.crt"), directory.resolve("node.key"));
        Files.writeString(directory.resolve("authorities.crt"), authority.rootPem());
        return directory;
    }

    /** As a client that believes everybody and has nothing to show; returns if it is let in. */
    private static void knockAt(InetSocketAddress address) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            // In TLS 1.3 the server's refusal comes after the client's last word.
            if (socket.getInputStream().read() < 0) {
                throw new IOException("closed");
            }
        }
    }
}
