package dev.reveille.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.node.cluster.ClusterView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that has no {@code cluster.bind}. */
class LoneNodeTest {

    @TempDir
    private Path directory;

    @Test
    void isNoClusterOfItsOwn() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (NodeUnderTest node = NodeUnderTest.startedWith(Map.of(), directory)) {
            assertThat(node.status().cluster()).isEqualTo(new ClusterView("alone", "", List.of()));
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread))
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.contains("remote")); // Those that listen for other nodes.
        }
    }
}
