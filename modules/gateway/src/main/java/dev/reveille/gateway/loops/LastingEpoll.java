package dev.reveille.gateway.loops;

import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.function.BiConsumer;

/**
 * Netty's epoll, with two faults of Netty 4.2.17 mended, and a way to look at what is told of a socket before its channel does.
 *
 * <p>Sockets that wait for nothing at the moment are kept: those half-closed by their peer, after all was read. Netty (since
 * its pull request 16689) takes such a socket out of the epoll set and then cannot change its mind: the next wish, such as
 * to go on writing to a slow peer, fails with "no such file", and bytes are lost. Here it stays in the set, edge-triggered
 * and without any wish, so that it does not wake the loop over and over either.
 *
 * <p>Events of a former socket are kept from the one that has its number now. The kernel tells of many sockets at once; what
 * the first of them sets off may close the second, and open a third that gets the number of the second. Netty looks for
 * whom an event is by that number, and would let the third, not connected yet, read: that fails, and it never reads
 * again.
 *
 * <p>Runs on the loop only, like what it wraps.
 */
final class LastingEpoll implements IoHandler {

    /** Looks at what is told of a socket before its channel does. */
    interface FirstLook {

        /** Whether the channel need not hear of it. */
        boolean takes(EpollIoOps told);
    }

    /** Not the number of any turn. */
    private static final long BETWEEN_TURNS = -1;

    private final IoHandler epoll;
    private final IntObjectMap<Watched> sockets = new IntObjectHashMap<>();
    private long turns;
    private long turn = BETWEEN_TURNS;

    private LastingEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    /** @param born hears of the epoll of each loop */
    static IoHandlerFactory newFactory(BiConsumer<ThreadAwareExecutor, LastingEpoll> born) {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return executor -> {
            LastingEpoll epoll = new LastingEpoll(factory.newHandler(executor));
            born.accept(executor, epoll);
            return epoll;
        };
    }

    /** From now on {@code look} comes before the channel of the socket with this number. */
    void look(int socket, FirstLook look) {
        Watched watched = sockets.get(socket);
        if (watched != null) {
            watched.firstLook = look;
        }
    }

    /** The opposite. */
    void lookNoMore(int socket) {
        look(socket, null);
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        Watched watched = new Watched((EpollIoHandle) handle, turn);
        watched.registration = epoll.register(watched);
        sockets.put(watched.fd().intValue(), watched);
        return watched;
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        turn = turns++;
        try {
            return epoll.run(context);
        } finally {
            turn = BETWEEN_TURNS;
        }
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return epoll.isCompatible(handleType);
    }

    /** One socket: towards epoll the handle, towards the channel the registration. */
    @SuppressWarnings("try") // what it closes with is what the channel closes with, whatever that throws
    private final class Watched implements EpollIoHandle, IoRegistration {

        private final EpollIoHandle handle;
        private final long registeredIn;
        private IoRegistration registration;
        private boolean inTheSet;
        private FirstLook firstLook;

        Watched(EpollIoHandle handle, long registeredIn) {
            this.handle = handle;
            this.registeredIn = registeredIn;
        }

        // ---- what epoll tells ----

        /** What is told in the turn in which the socket came was gathered before it came, and is not its own. */
        @Override
        public void handle(IoRegistration told, IoEvent event) {
            boolean itsOwn = registeredIn == BETWEEN_TURNS || registeredIn != turn;
            if (itsOwn && (firstLook == null || !firstLook.takes(((EpollIoEvent) event).ops()))) {
                handle.handle(this, event);
            }
        }

        @Override
        public FileDescriptor fd() {
            return handle.fd();
        }

        @Override
        public void registered() {
            handle.registered();
        }

        @Override
        public void unregistered() {
            handle.unregistered();
        }

        @Override
        public void close() throws Exception {
            handle.close();
        }

        // ---- what the channel wants ----

        @Override
        public long submit(IoOps ops) {
            boolean nothing = EpollIoOps.NONE.equals(ops);
            IoOps lasting = nothing && inTheSet ? EpollIoOps.EPOLLET : ops;
            inTheSet |= !nothing;
            return registration.submit(lasting);
        }

        @Override
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            firstLook = null;
            int number = handle.fd().intValue();
            if (equals(sockets.get(number))) {
                sockets.remove(number);
            }
            return registration.cancel();
        }
    }
}
