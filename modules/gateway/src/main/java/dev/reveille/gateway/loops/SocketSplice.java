package dev.reveille.gateway.loops;

import dev.reveille.session.relay.Splice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * Two sockets of one loop that pass their bytes on to each other past their channels: as soon as epoll tells of bytes they
 * are received into the loop's buffer, looked at, and sent from there. Whatever else epoll tells, and whatever the other
 * socket does not take at once, is left to the channels, which know what else there is to do with a socket.
 */
final class SocketSplice implements Splice {

    private final Loop loop;
    private final LastingEpoll epoll;
    private final Onlooker onlooker;
    private final Direction toCompute;
    private final Direction toClient;
    private boolean joined;

    /** @param epoll the loop's */
    SocketSplice(Loop loop, LastingEpoll epoll, SocketLink client, SocketLink compute, Onlooker onlooker) {
        this.loop = loop;
        this.epoll = epoll;
        this.onlooker = onlooker;
        this.toCompute = new Direction(client, compute);
        this.toClient = new Direction(compute, client);
    }

    @Override
    public void join() {
        if (!joined && toCompute.from.isQuiet() && toClient.from.isQuiet()) {
            joined = true;
            epoll.look(toCompute.source.intValue(), toCompute);
            epoll.look(toClient.source.intValue(), toClient);
        }
    }

    @Override
    public void part() {
        if (joined) {
            joined = false;
            epoll.lookNoMore(toCompute.source.intValue());
            epoll.lookNoMore(toClient.source.intValue());
        }
    }

    /** From one of the two to the other; close at hand is what each byte needs, so that few places in memory are touched. */
    private final class Direction implements LastingEpoll.FirstLook {

        private final SocketLink from;
        private final SocketLink to;
        private final Socket source;
        private final Socket target;
        private final ChannelOutboundBuffer unsent;

        Direction(SocketLink from, SocketLink to) {
            this.from = from;
            this.to = to;
            this.source = from.socket();
            this.target = to.socket();
            this.unsent = to.unsent();
        }

        @Override
        public boolean takes(EpollIoOps told) {
            if (told.value() != EpollIoOps.EPOLLIN.value() || !unsent.isEmpty() || !target.isOpen()) {
                part();
                return false;
            }
            try {
                return passOn();
            } catch (IOException | RuntimeException | OutOfMemoryError broken) {
                part();
                from.broke(broken); // Whatever it is, it must not reach the loop, and with it all the others.
                return true;
            }
        }

        private boolean passOn() throws IOException {
            ByteBuf buffer = loop.received().lend(LentBuffer.SIZE, ByteBufAllocator.DEFAULT);
            try {
                int received = LentBuffer.SIZE;
                for (int read = 0; joined && received == LentBuffer.SIZE && read < LoopReads.READS_MAX; read++) {
                    received = source.recvAddress(buffer.memoryAddress(), 0, LentBuffer.SIZE);
                    if (received < 0) {
                        part(); // The end, which the channel will find again.
                        return false;
                    }
                    if (received > 0) {
                        pass(buffer, received);
                    }
                }
                return true;
            } finally {
                buffer.release();
            }
        }

        private void pass(ByteBuf buffer, int received) {
            if (!maySee(buffer.internalNioBuffer(0, received))) {
                part();
                ByteString kept = copy(buffer, 0, received);
                loop.executor().carry(() -> keep(kept));
                return;
            }
            int sent = send(buffer, received);
            if (sent < received) {
                part();
                to.send(copy(buffer, sent, received));
            }
        }

        private boolean maySee(ByteBuffer bytes) {
            return equals(toCompute) ? onlooker.toCompute(bytes) : onlooker.toClient(bytes);
        }

        private void keep(ByteString kept) {
            if (equals(toCompute)) {
                onlooker.keptFromCompute(kept);
            } else {
                onlooker.keptFromClient(kept);
            }
        }

        /** How many bytes the socket took; why it did not take the others is left to its channel to find out. */
        private int send(ByteBuf buffer, int length) {
            try {
                return target.sendAddress(buffer.memoryAddress(), 0, length);
            } catch (IOException _) {
                return 0;
            }
        }

        private static ByteString copy(ByteBuf buffer, int from, int to) {
            byte[] bytes = new byte[to - from];
            buffer.getBytes(from, bytes);
            return ByteString.fromArrayUnsafe(bytes);
        }
    }
}
