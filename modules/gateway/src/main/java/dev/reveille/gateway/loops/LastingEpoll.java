package dev.reveille.gateway.loops;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll, made to keep sockets that wait for nothing at the moment: those half-closed by their peer, after all was
 * read. Netty (4.2.17, since its pull request 16689) takes such a socket out of the epoll set and then cannot change its
 * mind: the next wish, such as to go on writing to a slow peer, fails with "no such file", and bytes are lost. Here it
 * stays in the set, edge-triggered and without any wish, so that it does not wake the loop over and over either.
 *
 * <p>Runs on the loop only, like what it wraps.
 */
final class LastingEpoll implements IoHandler {

    private final IoHandler epoll;

    private LastingEpoll(IoHandler epoll) {
        this.epoll = epoll;
    }

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return executor -> new LastingEpoll(factory.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new LastingRegistration(epoll.register(handle));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
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

    private static final class LastingRegistration implements IoRegistration {

        private final IoRegistration registration;
        private boolean inTheSet;

        LastingRegistration(IoRegistration registration) {
            this.registration = registration;
        }

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
            return registration.cancel();
        }
    }
}
