package dev.reveille.gateway.loops;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import io.netty.util.concurrent.ThreadPerTaskExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The loops of a node: Netty event loops that are Pekko dispatchers at the same time (design decision 1). A chunk is
 * read, carried through a fused stream and written without leaving its thread.
 *
 * <p>Open the loops first, start the actor system with {@link #dispatchers} as fallback configuration and {@link
 * LoopsSetup} in its set-up, and close the loops after the system has terminated. All methods may be called on any
 * thread.
 */
public final class Loops implements AutoCloseable {

    private static final String DISPATCHERS = "reveille.loops";
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    /** Messages an actor may handle before others on its loop have a turn. */
    private static final int THROUGHPUT = 32;

    private final Transport transport;
    private final MultiThreadIoEventLoopGroup group;
    private final List<Loop> all;

    private Loops(Transport transport, MultiThreadIoEventLoopGroup group, List<Loop> all) {
        this.transport = transport;
        this.group = group;
        this.all = List.copyOf(all);
    }

    /**
     * Starts {@code count} loops.
     *
     * @param count 1 or more; one for each core is a good choice
     */
    public static Loops open(int count, Transport transport) {
        LoopPlacement placement = new LoopPlacement(count);
        Map<ThreadAwareExecutor, LastingEpoll> epolls = new HashMap<>();
        MultiThreadIoEventLoopGroup group = new ThoroughLoops(
                count,
                new ThreadPerTaskExecutor(new DefaultThreadFactory("reveille-loop", true)),
                placement,
                transport.ioHandlers(epolls::put));
        List<Loop> all = new ArrayList<>();
        for (EventExecutor executor : group) {
            int index = all.size();
            EventLoop loop = (EventLoop) executor;
            all.add(new Loop(index, loop, Optional.ofNullable(epolls.get(loop)), DISPATCHERS + ".loop-" + index));
        }
        placement.watch(all);
        return new Loops(transport, group, all);
    }

    public Transport transport() {
        return transport;
    }

    /** Every loop, in the order of their indices. */
    public List<Loop> all() {
        return all;
    }

    /** The group, for Netty's bootstraps: it hands each socket to a loop that is not busy. */
    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** The loop that {@code eventLoop} belongs to. */
    public Loop of(EventLoop eventLoop) {
        for (Loop loop : all) {
            if (loop.eventLoop().equals(eventLoop)) {
                return loop;
            }
        }
        throw new IllegalArgumentException("not one of these loops");
    }

    /** Configuration of one Pekko dispatcher for each loop. */
    public Config dispatchers() {
        StringBuilder text = new StringBuilder();
        for (Loop loop : all) {
            text.append("%s { type = Dispatcher, executor = \"%s\", loop = %d, throughput = %d }%n"
                    .formatted(loop.dispatcher(), LoopExecutorConfigurator.class.getName(), loop.index(), THROUGHPUT));
        }
        return ConfigFactory.parseString(text.toString());
    }

    /** Ends all loops and the sockets they still own; waits for that, at most some seconds. */
    @Override
    public void close() {
        boolean ended = group.shutdownGracefully(0, CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_MAX.toMillis());
        if (ended) {
            all.forEach(Loop::close);
        }
    }
}
