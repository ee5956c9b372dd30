/**
 * The loops, and sockets as streams on them.
 *
 * <p>A {@link dev.reveille.gateway.loops.Loop} is one thread that is a Netty event loop and a Pekko dispatcher at the
 * same time; {@link dev.reveille.gateway.loops.SocketFlow} carries a socket's bytes into a stream on that thread,
 * and two plain sockets of one relay pass theirs on to each other ({@code SocketSplice}). Start reading with {@link dev.reveille.gateway.loops.Loops}. Nothing here knows PostgreSQL.
 */
package dev.reveille.gateway.loops;
