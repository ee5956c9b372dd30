package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.LogLines;
import dev.reveille.kit.sockets.ComputeSide;
import dev.reveille.kit.sockets.GoodClient;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.ListeningCompute;
import dev.reveille.kit.sockets.Login;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.node.NodeUnderTest;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.protocol.startup.StartupMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.util.ByteString;

/**
 * A node with two endpoints: {@code good}, whose compute is honest, and {@code odd}, whose compute does what a test wants.
 * A bystander is logged in to {@code good} all the time, and is asked after each story whether anything disturbed it.
 */
final class Premises implements AutoCloseable {

    static final String PASSWORD = "correct horse";

    static final ByteString SILENCE = ByteString.emptyByteString();

    /** How soon something must happen that waits for nobody. */
    static final Duration AT_ONCE = Duration.ofSeconds(3);

    static final ScramVerifier VERIFIER =
            ScramVerifier.ofPassword(PASSWORD, ByteString.fromString("sixteen bytes of"), 64);

    /** An honest answer: one row with the query in it. */
    static final ComputeSide.Answers ECHO = (sql, visitor) -> visitor.says(ComputeSide.rows(List.of(sql)));

    private final LogLines log = LogLines.below("dev.reveille");
    private final ListeningCompute good = ListeningCompute.honest(VERIFIER, ECHO);
    private final ListeningCompute odd = ListeningCompute.honest(VERIFIER, ECHO);
    private final NodeUnderTest node;
    private final GoodClient bystander;

    private Premises(Map<String, ?> changes, Path directory) throws Exception {
        Map<String, Object> all = new HashMap<>();
        all.putAll(endpoint("good", good, "disable"));
        all.putAll(endpoint("odd", odd, "disable"));
        all.put("reveille.retries.connect.attempts", 1);
        all.put("reveille.retries.connect.base", "10ms");
        all.put("reveille.loops", 2);
        all.putAll(changes);
        node = NodeUnderTest.startedWith(all, directory);
        bystander = GoodClient.loggedIn(node.door(), asking("good"), PASSWORD);
    }

    /** Opens a house whose settings differ from the defaults in {@code changes}. */
    static Premises open(Map<String, ?> changes, Path directory) throws Exception {
        return new Premises(changes, directory);
    }

    /** The settings of one endpoint, into which the role {@code app} may come. */
    static Map<String, String> endpoint(String name, ListeningCompute compute, String tls) {
        return endpoint(name, "127.0.0.1:" + compute.address().getPort(), tls);
    }

    static Map<String, String> endpoint(String name, String address, String tls) {
        String path = "reveille.control-plane.endpoints." + name;
        return Map.of(path + ".address", address, path + ".tls", tls, path + ".roles.app", VERIFIER.encode());
    }

    /** What a client that knows the rules says first. */
    static StartupMessage asking(String endpoint) {
        return Packets.startup("user", "app", "database", "app", "options", "endpoint=" + endpoint);
    }

    InetSocketAddress door() {
        return node.door();
    }

    ListeningCompute odd() {
        return odd;
    }

    LogLines log() {
        return log;
    }

    HostileClient stranger() throws IOException {
        return HostileClient.connectedTo(door());
    }

    /** Somebody who knows the password logs in at {@code endpoint}. */
    Login.Outcome logIn(String endpoint) throws IOException {
        return attempt(endpoint, PASSWORD);
    }

    Login.Outcome attempt(String endpoint, String password) throws IOException {
        try (HostileClient client = stranger()) {
            return Login.attempt(client, asking(endpoint), password);
        }
    }

    GoodClient guest(String endpoint) throws IOException {
        return GoodClient.loggedIn(door(), asking(endpoint), PASSWORD);
    }

    /** The one line that the log holds about a client, which must be the only one. */
    LogLines.Line lineAbout(HostileClient client) {
        List<LogLines.Line> lines = log.about(client.port(), AT_ONCE);
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    /** Whoever was here before is still served, and so is who comes now; and nothing broke inside. */
    void assertNobodyElseIsDisturbed() throws IOException {
        assertThat(bystander.asks("still here?").rows()).containsExactly("still here?");
        try (GoodClient next = guest("good")) {
            assertThat(next.asks("and I?").rows()).containsExactly("and I?");
        }
        assertThat(log.all())
                .noneMatch(line -> line.stackTrace() || line.level().equals("ERROR"));
        log.clear();
    }

    @Override
    public void close() throws IOException {
        try (log;
                good;
                odd;
                node) {
            bystander.close();
        }
    }
}
