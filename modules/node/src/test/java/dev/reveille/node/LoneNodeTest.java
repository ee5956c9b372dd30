package dev.reveille.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.node.cluster.ClusterView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that has no {@code cluster.bind}. */
class LoneNodeTest {

    @TempDir
    private Path directory;

    @Test
    void isNoClusterOfItsOwn() throws Exception {
        List<String> before = clusterThreads();
        try (NodeUnderTest node = NodeUnderTest.startedWith(Map.of(), directory)) {
            assertThat(node.status().cluster()).isEqualTo(new ClusterView("alone", "", List.of()));
            assertThat(clusterThreads()).isEqualTo(before);
        }
    }

    /** Those that listen for other nodes. */
    private static List<String> clusterThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("remote"))
                .sorted()
                .toList();
    }
}
