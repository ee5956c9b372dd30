package dev.reveille.gateway.loops;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The loop as the executor of a Pekko dispatcher. Its life is not the dispatcher's to end: sockets may outlive the last
 * actor.
 *
 * <p>What a socket's news sets off, it runs at once ({@link #carry}): the loop reads one socket, carries the bytes
 * through the stream, writes the other socket, and only then looks at the next. Left to the loop's own queue, all reads
 * would come before all writes, and computes would wait for bytes that are here already.
 */
final class LoopExecutor extends AbstractExecutorService {

    /** Tasks that one socket's news may set off at once; the rest waits in the loop's queue, so that others get a turn. */
    private static final int CARRIED_MAX = 64;

    private final EventLoop eventLoop;
    private final ArrayDeque<Runnable> carried = new ArrayDeque<>();
    private boolean carrying;

    LoopExecutor(EventLoop eventLoop) {
        this.eventLoop = eventLoop;
    }

    @Override
    public void execute(Runnable task) {
        if (eventLoop.inEventLoop() && carrying) {
            carried.add(task);
        } else {
            eventLoop.execute(task);
        }
    }

    /** On the loop: runs {@code news}, and what it sets off before it returns. */
    void carry(Runnable news) {
        if (carrying) {
            news.run();
            return;
        }
        carrying = true;
        try {
            news.run();
            int left = CARRIED_MAX;
            for (Runnable task = carried.poll(); task != null; task = left-- > 0 ? carried.poll() : null) {
                task.run();
            }
        } finally {
            carrying = false;
            for (Runnable task = carried.poll(); task != null; task = carried.poll()) {
                eventLoop.execute(task);
            }
        }
    }

    @Override
    public void shutdown() {
        // The owner of the loops closes them.
    }

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return eventLoop.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return eventLoop.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }
}
