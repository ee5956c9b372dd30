package dev.reveille.gateway.loops;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;

/**
 * A buffer outside of the heap that a loop lends to one socket after another. Nearly all are done with it before the next
 * one asks, so that no allocator has to be called for a message, and its memory stays in the core's cache. Who keeps it
 * longer, such as a socket whose peer does not read, has it for as long as needed; the others get buffers of their own in
 * the meantime. Belongs to one loop.
 */
final class LentBuffer {

    /** Bytes; who wants more gets a buffer of its own. */
    static final int SIZE = 32 * 1024;

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;

    /** An empty buffer for at least {@code size} bytes, to be released by whoever has it last. */
    ByteBuf lend(int size, ByteBufAllocator otherwise) {
        if (size > SIZE) {
            return otherwise.directBuffer(size);
        }
        if (buffer.capacity() == 0) {
            buffer = Unpooled.directBuffer(SIZE, SIZE);
        }
        // One reference is the loop's; another one means that somebody still has it.
        return buffer.refCnt() == 1 ? buffer.retain().clear() : otherwise.directBuffer(size);
    }

    /** Whether what is lent can be given to the operating system by its address. */
    boolean hasAddress() {
        ByteBuf lent = lend(SIZE, ByteBufAllocator.DEFAULT);
        try {
            return lent.hasMemoryAddress();
        } finally {
            lent.release();
        }
    }

    /** Gives the memory back, at once or when the last borrower does. */
    void close() {
        buffer.release();
        buffer = Unpooled.EMPTY_BUFFER;
    }
}
