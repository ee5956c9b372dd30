/**
 * Peers over real sockets, for tests of a whole node: clients that say what they like, and computes that answer with
 * what a script wants. Everything blocks, each wait has an end, and threads are virtual. Start at {@link
 * dev.reveille.kit.sockets.HostileClient} and {@link dev.reveille.kit.sockets.ListeningCompute}.
 */
package dev.reveille.kit.sockets;
