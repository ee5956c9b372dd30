package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.Bytes.aside;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One buffer for all sockets of a loop, and what happens to those who come while it is away. */
@Timeout(60)
class LentBufferTest {

    private static final int MEGABYTE = 1024 * 1024;

    private final LentBuffer buffer = new LentBuffer();

    @AfterEach
    void close() {
        buffer.close();
    }

    private ByteBuf lend(int size) {
        return buffer.lend(size, UnpooledByteBufAllocator.DEFAULT);
    }

    @Test
    void aBufferThatCameBackIsLentAgainAndEmpty() {
        // Given
        ByteBuf first = lend(100);
        first.writeInt(7);
        first.release();

        // When
        ByteBuf second = lend(100);

        // Then
        assertThat(second).isSameAs(first);
        assertThat(second.isReadable()).isFalse();
        assertThat(second.writableBytes()).isEqualTo(LentBuffer.SIZE);
        second.release();
    }

    @Test
    void whoComesWhileItIsAwayGetsAnotherOne() {
        // Given
        ByteBuf first = lend(100);
        first.writeInt(7);

        // When
        ByteBuf second = lend(100);
        second.writeInt(8);

        // Then
        assertThat(first.readInt()).isEqualTo(7);
        assertThat(second.readInt()).isEqualTo(8);
        first.release();
        assertThat(second.release()).as("nobody else has it").isTrue();
    }

    @Test
    void whoNeedsMoreGetsABufferOfItsOwn() {
        // When
        ByteBuf large = lend(LentBuffer.SIZE + 1);

        // Then
        assertThat(large.capacity()).isGreaterThan(LentBuffer.SIZE);
        assertThat(large.release()).as("nobody else has it").isTrue();
    }

    @Test
    void itsMemoryIsFreedWhenTheLastBorrowerIsDoneAfterTheLoop() {
        // Given
        ByteBuf borrowed = lend(100);

        // When
        buffer.close();

        // Then
        assertThat(borrowed.refCnt()).isEqualTo(1);
        assertThat(borrowed.release()).isTrue();
    }

    @Test
    void aPeerThatDoesNotReadLosesNothingToTheOthersOfItsLoop() throws IOException {
        // Given: on the only loop, a socket that holds the buffer, because nobody reads what it has to send.
        TestLoops loops = TestLoops.open(1);
        try (Wire stuck = Wire.open(loops);
                Wire other = Wire.open(loops)) {
            Bytes held = new Bytes(1, 8 * MEGABYTE);
            Source<ByteString, NotUsed> much = Source.fromIterator(held.chunks(_ -> {})::get);
            loops.run(stuck.loop(), much.via(stuck.stream()).to(Sink.ignore()));
            loops.settle(stuck.loop());

            // When: another one says much in the meantime.
            Bytes bytes = new Bytes(2, 8 * MEGABYTE);
            loops.run(other.loop(), other.stream().join(Flow.create()));
            CompletableFuture<Done> sent = aside(() -> {
                bytes.writeTo(other.peer().getOutputStream());
                return Done.getInstance();
            });
            CompletableFuture<Bytes.Sum> echoed =
                    aside(() -> bytes.readAsMany(other.peer().getInputStream()));
            soon(sent);

            // Then
            assertThat(soon(echoed)).isEqualTo(bytes.sum());
            assertThat(soon(aside(() -> held.readAsMany(stuck.peer().getInputStream()))))
                    .isEqualTo(held.sum());
        } finally {
            loops.close();
        }
    }
}
