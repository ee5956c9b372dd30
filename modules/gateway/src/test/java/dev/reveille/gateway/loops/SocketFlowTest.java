package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.Bytes.aside;
import static dev.reveille.gateway.loops.TestLoops.failureOf;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.javadsl.Flow;
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

/** Bytes in both directions, and who has to wait for whom. */
@Timeout(60)
class SocketFlowTest {

    private static final int MEGABYTE = 1024 * 1024;

    /** What the kernel may hold between the two ends, and our chunk, and the bytes held by the stage; generously. */
    private static final long IN_BETWEEN_MAX = 2 * MEGABYTE;

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
    void fiftyMegabytesComeBackFromAnEchoAsTheyWereSent(Transport transport) throws IOException {
        // Given
        TestLoops loops = open(transport);
        Bytes bytes = new Bytes(50, 50 * MEGABYTE);
        try (Wire wire = Wire.open(loops)) {
            loops.run(wire.loop(), wire.stream().join(Flow.create()));

            // When
            CompletableFuture<Done> sent = aside(() -> {
                bytes.writeTo(wire.peer().getOutputStream());
                wire.peer().shutdownOutput();
                return Done.getInstance();
            });
            CompletableFuture<Bytes.Sum> received =
                    aside(() -> Bytes.readToEnd(wire.peer().getInputStream()));

            // Then
            soon(sent);
            assertThat(soon(received)).isEqualTo(bytes.sum());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatArrivesBeforeTheStreamRunsComesFirst(Transport transport) throws IOException {
        // Given a peer that says everything and finishes while nobody reads yet
        TestLoops loops = open(transport);
        try (Wire wire = Wire.open(loops)) {
            Flow<ByteString, ByteString, NotUsed> stream =
                    wire.stream(SocketSettings.DEFAULTS, ByteString.fromString("first this"));
            wire.peer().getOutputStream().write(" and then this".getBytes(StandardCharsets.US_ASCII));
            wire.peer().shutdownOutput();
            loops.settle(wire.loop());

            // When
            CompletionStage<ByteString> all = loops.run(
                    wire.loop(),
                    Source.<ByteString>empty()
                            .via(stream)
                            .toMat(Sink.fold(ByteString.emptyByteString(), ByteString::concat), Keep.right()));

            // Then
            assertThat(soon(all).utf8String()).isEqualTo("first this and then this");
        }
    }

    @Test
    void aStreamOnAnotherThreadThanItsLoopFailsAndClosesTheSocket() throws IOException {
        // Given
        TestLoops loops = open();
        try (Wire wire = Wire.open(loops)) {
            Loop other = loops.loops().all().get(1 - wire.loop().index());

            // When
            CompletionStage<Done> over = loops.run(
                    other, Source.<ByteString>maybe().via(wire.stream()).toMat(Sink.ignore(), Keep.right()));

            // Then
            assertThat(failureOf(over))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("must be used on its own loop");
            assertThat(soon(aside(() -> wire.peer().getInputStream().read()))).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReaderThatStopsPullingStopsThePeerAndResumes(Transport transport) throws IOException {
        // Given
        TestLoops loops = open(transport);
        Bytes bytes = new Bytes(7, 20 * MEGABYTE);
        try (Wire wire = Wire.open(loops)) {
            SinkQueueWithCancel<ByteString> reader = loops.run(
                    wire.loop(),
                    Source.<ByteString>maybe()
                            .via(wire.stream())
                            .toMat(
                                    Sink.<ByteString>queue().withAttributes(Attributes.inputBuffer(1, 1)),
                                    Keep.right()));

            // When
            AtomicLong taken = new AtomicLong();
            CompletableFuture<Done> sent = aside(() -> {
                for (byte[] chunk : bytes) {
                    wire.peer().getOutputStream().write(chunk);
                    taken.addAndGet(chunk.length);
                }
                wire.peer().shutdownOutput();
                return Done.getInstance();
            });
            assertThat(finishesWithin(sent)).isFalse();
            long takenAtTheStop = taken.get();

            // Then
            assertThat(takenAtTheStop).isBetween(1L, IN_BETWEEN_MAX);
            Bytes.Summing received = new Bytes.Summing();
            for (Optional<ByteString> chunk = soon(reader.pull()); chunk.isPresent(); chunk = soon(reader.pull())) {
                received.add(chunk.get());
            }
            assertThat(received.sum()).isEqualTo(bytes.sum());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aWriterToASlowPeerIsHeldBackAndNothingIsLost(Transport transport) throws IOException {
        // Given
        TestLoops loops = open(transport);
        Bytes bytes = new Bytes(8, 20 * MEGABYTE);
        AtomicLong asked = new AtomicLong();
        CompletableFuture<Done> allAsked = new CompletableFuture<>();
        try (Wire wire = Wire.open(loops)) {

            // When
            loops.run(
                    wire.loop(),
                    Source.fromIterator(bytes.chunks(asked::addAndGet)::get)
                            .watchTermination((none, done) -> {
                                done.thenAccept(allAsked::complete);
                                return none;
                            })
                            .via(wire.stream())
                            .to(Sink.ignore()));
            assertThat(finishesWithin(allAsked)).isFalse();
            long askedAtTheStop = asked.get();

            // Then
            assertThat(askedAtTheStop).isBetween(1L, IN_BETWEEN_MAX);
            assertThat(soon(aside(() -> Bytes.readToEnd(wire.peer().getInputStream()))))
                    .isEqualTo(bytes.sum());
            soon(allAsked);
        }
    }

    @Test
    void aPeerWhoseBytesNobodyWantsAnyMoreIsStillHeardWhenItLeaves() throws IOException {
        // Given a reader that has been stopped until the stage held all it may, and then gives up
        TestLoops loops = open();
        try (Wire wire = Wire.open(loops)) {
            SinkQueueWithCancel<ByteString> reader = loops.run(
                    wire.loop(),
                    Source.<ByteString>maybe()
                            .via(wire.stream())
                            .toMat(
                                    Sink.<ByteString>queue().withAttributes(Attributes.inputBuffer(1, 1)),
                                    Keep.right()));
            CompletableFuture<Done> sent = aside(() -> {
                new Bytes(9, 20 * MEGABYTE).writeTo(wire.peer().getOutputStream());
                return Done.getInstance();
            });
            assertThat(finishesWithin(sent)).isFalse();

            // When
            reader.cancel();

            // Then the rest is read and thrown away
            soon(sent);
        }
    }

    /** For things that must not finish: gives them so much time to do it. */
    private static boolean finishesWithin(CompletableFuture<?> future) {
        try {
            future.get(700, TimeUnit.MILLISECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException held) {
            return false;
        } catch (InterruptedException | java.util.concurrent.ExecutionException failed) {
            throw new AssertionError(failed);
        }
    }
}
