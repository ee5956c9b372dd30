package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code kill -9} of Reveille leaves behind. */
class KilledNodeTest {

    private static final ActorTestKit KIT = ActorTestKit.create();

    @TempDir
    private Path temporary;

    @AfterAll
    static void closeKit() {
        KIT.shutdownTestKit();
    }

    @Test
    void aKilledNodeLeavesNoServerAndDataThatTheNextOneUses() throws Exception {
        // Given
        Path directory = Seed.copyTo(temporary.resolve("data"));
        Path data = EmbeddedHouse.dataOf(directory, "demo");
        OtherProcess node = OtherProcess.start(directory);
        EmbeddedHouse.ask(node.compute, node.password, "create table kept as select 42 as answer");

        // When
        node.kill();

        // Then
        EmbeddedHouse.eventually(
                KIT, () -> assertThat(EmbeddedHouse.processesIn(data)).isEmpty());
        assertThat(EndpointListing.of(directory).entries())
                .singleElement()
                .extracting(EndpointListing.Entry::state)
                .isEqualTo(EndpointListing.State.ASLEEP);
        try (EmbeddedHouse next = EmbeddedHouse.open(EmbeddedSettings.of(directory, Duration.ofMinutes(10)))) {
            assertThat(next.ask(next.wake("demo").address(), "select answer from kept"))
                    .isEqualTo("42");
        }
    }

    @Test
    void aServerWhoseSupervisorWasKilledTooIsStoppedByTheNextNode() throws Exception {
        // Given
        Path directory = Seed.copyTo(temporary.resolve("data"));
        Path data = EmbeddedHouse.dataOf(directory, "demo");
        OtherProcess node = OtherProcess.start(directory);
        EmbeddedHouse.ask(node.compute, node.password, "create table kept as select 42 as answer");
        ProcessHandle server = ProcessHandle.of(Long.parseLong(
                        Files.readAllLines(data.resolve("postmaster.pid")).getFirst()))
                .orElseThrow();
        ProcessHandle supervisor = server.parent().orElseThrow();
        List<ProcessHandle> shells = Stream.concat(
                        supervisor.children().filter(child -> child.pid() != server.pid()), Stream.of(supervisor))
                .toList();
        shells.forEach(ProcessHandle::destroyForcibly);
        node.kill();
        assertThat(server.isAlive()).isTrue();

        // When
        try (EmbeddedHouse next = EmbeddedHouse.open(EmbeddedSettings.of(directory, Duration.ofMinutes(10)))) {

            // Then
            assertThat(server.isAlive()).isFalse();
            assertThat(next.ask(next.wake("demo").address(), "select answer from kept"))
                    .isEqualTo("42");
        }
    }
}
