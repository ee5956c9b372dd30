package dev.reveille.node.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.node.settings.ControlPlaneSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineEntryTest {

    private final ScriptedNode node = ScriptedNode.thatStopsAtOnce();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @Test
    void devStartsANodeThatRunsItsComputesAndPrintsHowToConnect() {
        // When
        int status = run(
                node,
                "dev",
                "--postgres",
                "[::1]:6432",
                "--admin=127.0.0.1:0",
                "--data",
                directory.toString(),
                "--idle",
                "5",
                "--drain",
                "2");

        // Then
        assertThat(status).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("psql \"postgresql://…\"");
        assertThat(node.started).singleElement().satisfies(settings -> {
            assertThat(settings.listen().postgres()).isEqualTo(new InetSocketAddress("::1", 6432));
            assertThat(settings.listen().web()).isEqualTo(new InetSocketAddress("127.0.0.1", 4433));
            assertThat(settings.listen().admin().getPort()).isZero();
            assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(2));
            assertThat(settings.tls().directory()).contains(directory.resolve("tls"));
            assertThat(settings.controlPlane())
                    .isInstanceOfSatisfying(ControlPlaneSettings.Embedded.class, embedded -> {
                        assertThat(embedded.settings().data()).isEqualTo(directory);
                        assertThat(embedded.settings().idle()).isEqualTo(Duration.ofSeconds(5));
                    });
        });
    }

    @Test
    void serveStartsTheNodeThatTheFileDescribes() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("node.conf"), "reveille.drain = 7s");

        // When
        int status = run(node, "serve", "--config", file.toString());

        // Then
        assertThat(status).isZero();
        assertThat(node.started)
                .singleElement()
                .satisfies(settings -> assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void serveMeansTheSameInUsualWordsAndInOthers() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("node.conf"), "reveille.drain = 7s");

        // When
        run(node, "serve", "--config", file.toString());
        run(node, "serve", "--config=" + file);

        // Then
        assertThat(node.started).hasSize(2);
        assertThat(node.started.getFirst()).usingRecursiveComparison().isEqualTo(node.started.getLast());
    }

    @Test
    void checkingAFileStartsNothing() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("node.conf"), "reveille.drain = 7s");

        // When
        int status = run(node, "serve", "--config", file.toString(), "--check-config");

        // Then
        assertThat(status).isZero();
        assertThat(out.toString()).contains("drain=\"7s\"", "max-connections=15000");
        assertThat(node.started).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sleep",
                "dev --postgres somewhere",
                "dev --postgres 127.0.0.1:99999",
                "dev --idle 0",
                "dev --idle soon",
                "dev --drain -1",
                "dev --drain 86401",
                "dev --colour red",
                "dev surplus",
                "serve",
                "serve --config /nonexistent/node.conf",
                "serve --config=/nonexistent/node.conf",
                "serve --config --check-config"
            })
    void whatMakesNoSenseIsRefusedWithOneLineAndStatusTwo(String line) {
        // When
        int status = run(node, line.isEmpty() ? new String[0] : line.split(" "));

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).startsWith("reveille: ").hasLineCount(1);
        assertThat(out.toString()).isEmpty();
        assertThat(node.started).isEmpty();
    }

    @Test
    void secondsThatAreNoneAreCalledThat() {
        // When
        int status = run(node, "dev", "--idle", "1.5");

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).contains("'1.5' is not a whole number of seconds");
    }

    @Test
    void aBadSettingIsRefusedWithOneLineAndStatusTwo() throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("node.conf"), "reveille.drain = never");

        // When
        int status = run(node, "serve", "--config", file.toString());

        // Then
        assertThat(status).isEqualTo(2);
        assertThat(err.toString()).startsWith("reveille: reveille.drain").hasLineCount(1);
    }

    @Test
    void aNodeThatCannotStartSaysWhyWithStatusOne() {
        // When
        int status = run(
                _ -> {
                    throw new StartFailure("127.0.0.1:4432 is taken");
                },
                "dev");

        // Then
        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).isEqualToIgnoringNewLines("reveille: 127.0.0.1:4432 is taken");
    }

    @Test
    void aNodeThatBreaksEndsWithStatusOne() {
        // Given
        CompletableFuture<Void> broken = CompletableFuture.failedFuture(new IllegalStateException("all loops died"));

        // When
        int status = run(new ScriptedNode(broken), "dev");

        // Then
        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).contains("all loops died");
    }

    @Test
    void trainingWithANodeThatLetsNobodyInFailsAndStopsIt() {
        // Given
        ScriptedNode patient = new ScriptedNode(new CompletableFuture<>());

        // When
        int status = run(patient, "train");

        // Then
        assertThat(status).isNotZero();
        assertThat(patient.started).hasSize(1);
        assertThat(patient.end).isCompleted();
    }

    @Test
    void endpointsAreListedAsTheTableDescribesThem() {
        // When
        int status = run(node, "endpoints", "--data", directory.toString());

        // Then
        assertThat(status).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("endpoints of " + directory);
    }

    @Test
    void endpointsOfADirectoryThatIsNotThereGiveStatusOne() {
        // When
        int status =
                run(node, "endpoints", "--data", directory.resolve("missing").toString());

        // Then
        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).contains("no data directory").hasLineCount(1);
    }

    @Test
    void helpNamesTheCommandsAndKeepsTrainingHidden() {
        // When
        int status = run(node, "--help");

        // Then
        assertThat(status).isZero();
        assertThat(out.toString()).contains("dev", "serve", "endpoints").doesNotContain("train");
    }

    @Test
    void theVersionNamesTheJavaItRunsOn() {
        // When
        int status = run(node, "--version");

        // Then
        assertThat(status).isZero();
        assertThat(out.toString()).startsWith("reveille ").contains("Java 25");
    }

    private int run(NodeProgram program, String... arguments) {
        return new CommandLineEntry(program, data -> "endpoints of " + data)
                .run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }
}
