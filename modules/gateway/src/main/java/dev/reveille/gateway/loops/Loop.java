package dev.reveille.gateway.loops;

import dev.reveille.session.relay.Link;
import io.netty.channel.EventLoop;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** One event-loop thread that owns sockets and runs the actors of their sessions. */
public final class Loop {

    private final int index;
    private final EventLoop eventLoop;
    private final Optional<LastingEpoll> epoll;
    private final String dispatcher;
    private final LoopExecutor executor;
    private final LentBuffer received = new LentBuffer();
    private final LentBuffer sent = new LentBuffer();
    private final LoopReads reads = new LoopReads(received);

    Loop(int index, EventLoop eventLoop, Optional<LastingEpoll> epoll, String dispatcher) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.epoll = epoll;
        this.dispatcher = dispatcher;
        this.executor = new LoopExecutor(eventLoop);
    }

    /** 0 for the first. */
    public int index() {
        return index;
    }

    /** Netty's side of the loop. */
    public EventLoop eventLoop() {
        return eventLoop;
    }

    /** Pekko's side of the loop: the configuration path of the dispatcher whose only thread this is. */
    public String dispatcher() {
        return dispatcher;
    }

    /** How the sockets of this loop read; to be given to each before its first read. */
    public RecvByteBufAllocator reads() {
        return reads;
    }

    /**
     * A socket of this loop as a link. To be called on the loop: everything that arrives from then on is kept for the link.
     *
     * @param channel with auto-read off, and nothing in its pipeline that would hold back plain-text bytes
     */
    public Link link(SocketChannel channel, SocketSettings settings) {
        return SocketLink.of(this, channel, settings, ByteString.emptyByteString());
    }

    /**
     * The same, for a socket of which something was read already.
     *
     * @param first comes before everything that is still to be read
     */
    public Link link(SocketChannel channel, SocketSettings settings, ByteString first) {
        return SocketLink.of(this, channel, settings, first);
    }

    LoopExecutor executor() {
        return executor;
    }

    /** What tells of the loop's sockets, where that is epoll. */
    Optional<LastingEpoll> epoll() {
        return epoll;
    }

    /** For what is read. On the loop only. */
    LentBuffer received() {
        return received;
    }

    /** For what is sent: who has no more to send at once than fits in may borrow it. On the loop only. */
    LentBuffer sent() {
        return sent;
    }

    /** When the thread of the loop has ended. */
    void close() {
        received.close();
        sent.close();
    }
}
