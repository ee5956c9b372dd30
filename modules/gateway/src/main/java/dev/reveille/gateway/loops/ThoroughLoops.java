package dev.reveille.gateway.loops;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.EventExecutorChooserFactory;
import java.util.concurrent.Executor;

/**
 * Netty's group of loops, with a fault of Netty 4.2.17 mended: a loop that is told to end without a quiet period while it
 * runs its tasks ends right after them, and forgets to close its sockets; what their handlers hold, such as TLS engines,
 * is lost. Here sockets are closed before a loop may end, whenever it was told.
 */
final class ThoroughLoops extends MultiThreadIoEventLoopGroup {

    ThoroughLoops(int count, Executor threads, EventExecutorChooserFactory placement, IoHandlerFactory ioHandlers) {
        super(count, threads, placement, ioHandlers);
    }

    /** Called by the constructor of Netty's class: no field of this one is set yet. */
    @Override
    protected IoEventLoop newChild(Executor thread, IoHandlerFactory ioHandlers, Object... none) {
        return new ThoroughLoop(this, thread, ioHandlers);
    }

    private static final class ThoroughLoop extends SingleThreadIoEventLoop {

        ThoroughLoop(IoEventLoopGroup group, Executor thread, IoHandlerFactory ioHandlers) {
            super(group, thread, ioHandlers);
        }

        @Override
        protected boolean confirmShutdown() {
            if (!isShuttingDown()) {
                return false; // Netty would look again, and could be told in between.
            }
            ioHandler().prepareToDestroy(); // What this leaves to be done is done by the next line.
            return super.confirmShutdown();
        }
    }
}
