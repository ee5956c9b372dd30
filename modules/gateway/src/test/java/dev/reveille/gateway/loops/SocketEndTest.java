package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.Bytes.aside;
import static dev.reveille.gateway.loops.TestLoops.failureOf;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How connections end: one direction after the other, slowly, rudely. */
@Timeout(60)
class SocketEndTest {

    private static final int MEGABYTE = 1024 * 1024;
    private static final Duration FOR_EVER = Duration.ofHours(1);
    /** Small messages that fill a reader with a buffer of one, and the stage behind it. */
    private static final int PRIMING = 5;

    private static final Duration A_MOMENT = Duration.ofMillis(200);
    private static final SocketSettings UNHURRIED =
            new SocketSettings(SocketSettings.DEFAULTS.heldMax(), FOR_EVER, FOR_EVER);

    private Optional<TestLoops> running = Optional.empty();

    private TestLoops open(Transport transport) {
        TestLoops loops = TestLoops.open(2, transport);
        running = Optional.of(loops);
        return loops;
    }

    private TestLoops open() {
        return open(Transport.best());
    }

    @AfterEach
    void close() {
        running.ifPresent(TestLoops::close);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeerThatHasFinishedStillReceivesEverything(Transport transport) throws IOException {
        // Given a peer that will say no more, and that we know it of
        TestLoops loops = open(transport);
        Bytes bytes = new Bytes(1, 10 * MEGABYTE);
        try (Wire wire = Wire.open(loops)) {
            CompletableFuture<Done> go = new CompletableFuture<>();
            CompletionStage<Done> heard = loops.run(
                    wire.loop(),
                    Source.completionStage(go)
                            .flatMapConcat(_ -> Source.fromIterator(bytes.chunks(_ -> {})::get))
                            .via(wire.stream(UNHURRIED))
                            .toMat(Sink.ignore(), Keep.right()));
            wire.peer().shutdownOutput();
            soon(heard);

            // When it reads slower than we write
            go.complete(Done.getInstance());

            // Then
            assertThat(soon(aside(() -> Bytes.readToEnd(wire.peer().getInputStream()))))
                    .isEqualTo(bytes.sum());
            soon(closed(wire));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeerThatFinishesWhileReadingIsPausedIsReadToItsEnd(Transport transport) throws IOException {
        // Given a reader that does not read, until the stage does not either
        TestLoops loops = open(transport);
        SocketSettings narrow = new SocketSettings(1, FOR_EVER, FOR_EVER);
        Bytes bytes = new Bytes(2, 3L * Wire.KERNEL_BUFFER);
        try (Wire wire = Wire.roomy(loops)) {
            SinkQueueWithCancel<ByteString> reader = loops.run(
                    wire.loop(),
                    Source.<ByteString>maybe()
                            .via(wire.stream(narrow))
                            .toMat(
                                    Sink.<ByteString>queue().withAttributes(Attributes.inputBuffer(1, 1)),
                                    Keep.right()));
            for (int turn = 0; turn < PRIMING; turn++) {
                wire.peer().getOutputStream().write(new byte[2]);
                loops.settle(wire.loop());
            }

            // and a peer that leaves much in the kernel and finishes
            soon(aside(() -> {
                bytes.writeTo(wire.peer().getOutputStream());
                wire.peer().shutdownOutput();
                return Done.getInstance();
            }));
            loops.settle(wire.loop());

            // When
            Bytes.Summing received = new Bytes.Summing();
            for (Optional<ByteString> chunk = soon(reader.pull()); chunk.isPresent(); chunk = soon(reader.pull())) {
                received.add(chunk.get());
            }

            // Then
            assertThat(received.sum().length()).isEqualTo(2 * PRIMING + bytes.length());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSlowPeerReadsEverythingAfterWeHaveFinished(Transport transport) throws IOException {
        // Given a stream that is over on our side, with most of it still to be sent
        TestLoops loops = open(transport);
        ByteString all = ByteString.fromArray(new byte[10 * MEGABYTE]);
        try (Wire wire = Wire.open(loops)) {
            loops.run(
                    wire.loop(), Source.single(all).via(wire.stream(UNHURRIED)).to(Sink.cancelled()));
            loops.settle(wire.loop());

            // When
            Bytes.Sum received = soon(aside(() -> Bytes.readToEnd(wire.peer().getInputStream())));

            // Then
            assertThat(received.length()).isEqualTo(all.size());
            assertThat(wire.ours().isOpen()).isTrue();
            wire.peer().close();
            soon(closed(wire));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void lastWordsReachAPeerThatKeepsSending(Transport transport) throws IOException {
        // Given
        TestLoops loops = open(transport);
        Bytes lastWords = new Bytes(3, 5L * Wire.KERNEL_BUFFER);
        try (Wire wire = Wire.open(loops)) {
            CompletableFuture<Done> sending = aside(() -> {
                while (true) {
                    wire.peer().getOutputStream().write(new byte[1_000]);
                }
            });

            // When
            loops.run(
                    wire.loop(),
                    Source.fromIterator(lastWords.chunks(_ -> {})::get)
                            .via(wire.stream(UNHURRIED))
                            .to(Sink.cancelled()));

            // Then what is still on its way when we hang up arrives
            Bytes.Summing received = new Bytes.Summing();
            byte[] some = new byte[1_000];
            boolean settled = false;
            for (int read = wire.peer().getInputStream().read(some);
                    read >= 0;
                    read = wire.peer().getInputStream().read(some)) {
                received.add(some, read);
                if (!settled && wire.ours().isOutputShutdown()) {
                    loops.settle(wire.loop());
                    settled = true;
                }
            }
            assertThat(received.sum()).isEqualTo(lastWords.sum());
            assertThat(sending).isNotDone();
        }
    }

    @Test
    void aPeerThatNeverHangsUpIsGivenUp() throws IOException {
        // Given
        TestLoops loops = open();
        SocketSettings impatient = new SocketSettings(1, A_MOMENT, FOR_EVER);
        try (Wire wire = Wire.open(loops)) {
            // When
            loops.run(
                    wire.loop(),
                    Source.<ByteString>empty().via(wire.stream(impatient)).to(Sink.cancelled()));

            // Then
            soon(closed(wire));
        }
    }

    @Test
    void aPeerThatNeverReadsIsGivenUp() throws IOException {
        // Given
        TestLoops loops = open();
        ByteString all = ByteString.fromArray(new byte[10 * MEGABYTE]);
        SocketSettings impatient = new SocketSettings(1, FOR_EVER, A_MOMENT);
        try (Wire wire = Wire.open(loops)) {
            // When
            loops.run(
                    wire.loop(), Source.single(all).via(wire.stream(impatient)).to(Sink.cancelled()));

            // Then
            soon(closed(wire));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aResetFailsTheStreamInBothDirections(Transport transport) throws IOException {
        // Given
        TestLoops loops = open(transport);
        try (Wire wire = Wire.open(loops)) {
            Pair<CompletionStage<Done>, CompletionStage<Done>> ends = idle(loops, wire);

            // When
            wire.reset();

            // Then
            assertThat(failureOf(ends.second())).isInstanceOf(IOException.class);
            assertThat(failureOf(ends.first())).isInstanceOf(IOException.class);
            soon(closed(wire));
        }
    }

    @Test
    void aPeerThatFinishedAndThenVanishedFailsTheNextWrite() throws IOException {
        // Given
        TestLoops loops = open();
        try (Wire wire = Wire.open(loops)) {
            CompletableFuture<ByteString> word = new CompletableFuture<>();
            Pair<CompletionStage<Done>, CompletionStage<Done>> ends = loops.run(
                    wire.loop(),
                    Source.completionStage(word)
                            .concat(Source.repeat(ByteString.fromArray(new byte[1_000])))
                            .watchTermination(Keep.right())
                            .via(wire.stream(UNHURRIED))
                            .toMat(Sink.ignore(), Keep.both()));
            wire.peer().shutdownOutput();
            soon(ends.second());
            wire.reset();
            loops.settle(wire.loop());

            // When
            word.complete(ByteString.fromString("hello?"));

            // Then the source is told to stop
            over(ends.first());
            soon(closed(wire));
        }
    }

    @Test
    void aSocketThatSomebodyElseClosedEndsWhatIsReceived() throws IOException {
        // Given
        TestLoops loops = open();
        try (Wire wire = Wire.open(loops)) {
            Pair<CompletionStage<Done>, CompletionStage<Done>> ends = idle(loops, wire);

            // When
            wire.ours().close();

            // Then
            soon(ends.second());
        }
    }

    @Test
    void aStreamThatFailsClosesTheSocketAtOnce() throws IOException {
        // Given a peer that would be waited for
        TestLoops loops = open();
        try (Wire wire = Wire.open(loops)) {
            // When
            loops.run(
                    wire.loop(),
                    Source.<ByteString>failed(new IllegalStateException("expected by this test"))
                            .via(wire.stream(UNHURRIED))
                            .to(Sink.ignore()));

            // Then
            soon(closed(wire));
        }
    }

    @Test
    void anActorSystemThatEndsTakesItsSocketsWithIt() throws IOException {
        // Given
        TestLoops loops = open();
        try (Wire wire = Wire.open(loops)) {
            idle(loops, wire);
            loops.settle(wire.loop());

            // When
            loops.kit().system().terminate();

            // Then
            soon(loops.kit().system().getWhenTerminated());
            soon(closed(wire));
        }
    }

    /** A stream that says nothing: the ends of what goes in and of what comes out. */
    private static Pair<CompletionStage<Done>, CompletionStage<Done>> idle(TestLoops loops, Wire wire) {
        return loops.run(
                wire.loop(),
                Source.<ByteString>maybe()
                        .watchTermination(Keep.right())
                        .via(wire.stream(UNHURRIED))
                        .toMat(Sink.ignore(), Keep.both()));
    }

    private static CompletionStage<Done> closed(Wire wire) {
        CompletableFuture<Done> closed = new CompletableFuture<>();
        wire.ours().closeFuture().addListener(_ -> closed.complete(Done.getInstance()));
        return closed;
    }

    /** Ended one way or the other. */
    private static void over(CompletionStage<Done> end) {
        soon(end.handle((_, _) -> Done.getInstance()));
    }
}
