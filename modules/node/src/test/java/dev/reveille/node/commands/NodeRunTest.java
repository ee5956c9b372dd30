package dev.reveille.node.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.node.settings.NodeSettings;
import dev.reveille.node.settings.SettingsFile;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NodeRunTest {

    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    @Test
    void theFirstSignalDrainsTheSecondHurriesAndTheStatusIsZero() throws Exception {
        // Given
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(this::run);
        assertThat(nextTold()).isEqualTo("start");

        // When
        RaisedSignal.raise("TERM");
        String first = nextTold();
        RaisedSignal.raise("TERM"); // Not INT, which a shell makes its background processes ignore.
        String second = nextTold();
        end.complete(null);

        // Then
        assertThat(first).isEqualTo("drain");
        assertThat(second).isEqualTo("hurry");
        assertThat(status.get(5, TimeUnit.SECONDS)).isZero();
    }

    private String nextTold() throws InterruptedException {
        return told.poll(5, TimeUnit.SECONDS);
    }

    private int run() {
        NodeSettings settings = SettingsFile.defaultsWith(Map.of(), Path.of("")).settings();
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        return new NodeRun(this::start, nowhere, nowhere).run(settings);
    }

    private RunningNode start(NodeSettings settings) {
        told.add("start");
        return new RunningNode() {
            @Override
            public List<String> greeting() {
                return List.of();
            }

            @Override
            public void drain() {
                told.add("drain");
            }

            @Override
            public void hurry() {
                told.add("hurry");
            }

            @Override
            public CompletionStage<Void> stopped() {
                return end;
            }
        };
    }
}
