package dev.reveille.gateway.loops;

import io.netty.channel.EventLoop;

/** One event-loop thread that owns sockets and runs the actors of their sessions. */
public final class Loop {

    private final int index;
    private final EventLoop eventLoop;
    private final String dispatcher;
    private final LoopExecutor executor;

    Loop(int index, EventLoop eventLoop, String dispatcher) {
        this.index = index;
        this.eventLoop = eventLoop;
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

    LoopExecutor executor() {
        return executor;
    }
}
