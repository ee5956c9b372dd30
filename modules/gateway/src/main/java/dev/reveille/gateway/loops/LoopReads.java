package dev.reveille.gateway.loops;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * How much one read of a socket may take. A loop reads one socket at a time, and what it reads into is given back before
 * the next, so all sockets of a loop share one buffer and one bookkeeping instead of keeping their own: about 100 bytes
 * less for each idle socket, and no read too small for a burst.
 */
final class LoopReads implements RecvByteBufAllocator {

    /** Bytes for one read. */
    private static final int READ_MAX = LentBuffer.SIZE;

    /** Reads of one socket before others have a turn. */
    static final int READS_MAX = 4;

    private final SharedHandle handle;

    LoopReads(LentBuffer buffer) {
        this.handle = new SharedHandle(buffer);
    }

    // The interface is what channels ask for; its replacement inside Netty is not public.
    @Override
    @SuppressWarnings("deprecation")
    public Handle newHandle() {
        return handle;
    }

    @SuppressWarnings("deprecation")
    private static final class SharedHandle implements ExtendedHandle {

        private final LentBuffer buffer;
        private int reads;
        private int attempted;
        private int last;

        SharedHandle(LentBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return buffer.lend(READ_MAX, allocator);
        }

        @Override
        public int guess() {
            return READ_MAX;
        }

        @Override
        public void reset(ChannelConfig config) {
            reads = 0;
        }

        @Override
        public void incMessagesRead(int count) {
            reads += count;
        }

        @Override
        public void lastBytesRead(int bytes) {
            last = bytes;
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public boolean continueReading() {
            return continueReading(() -> attempted == last);
        }

        /** A read that did not fill its buffer has emptied the socket. */
        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMore) {
            return reads < READS_MAX && last > 0 && attempted == last;
        }

        @Override
        public void readComplete() {
            last = 0;
        }
    }
}
