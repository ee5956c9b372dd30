package dev.reveille.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.node.commands.StartFailure;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that cannot start. */
class NodeStartTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "web", "admin"})
    void aPortThatIsTakenIsCalledThatWhateverListensThere(String door) throws Exception {
        try (ServerSocket somebody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + somebody.getLocalPort();

            assertThatThrownBy(() -> NodeUnderTest.startedWith(Map.of("reveille.listen." + door, address), directory))
                    .isInstanceOf(StartFailure.class)
                    .hasMessage("cannot listen on " + address + ": Address already in use");
        }
    }
}
