package dev.reveille.gateway.loops;

import io.netty.channel.EventLoop;

/**
 * One event-loop thread that owns sockets and runs the actors of their sessions.
 *
 * @param index 0 for the first
 * @param eventLoop Netty's side of it
 * @param dispatcher Pekko's side of it: the configuration path of the dispatcher whose only thread this is
 */
public record Loop(int index, EventLoop eventLoop, String dispatcher) {}
