/**
 * One client's visit, from first byte to last: the words that all its stages share.
 *
 * <p>The stages are the packages below, in the order a client meets them: {@code reception} hears the start-up packet,
 * {@code authentication} proves who the client is, {@code compute} finds, wakes and reaches the compute, {@code relay}
 * carries frames. {@code visit} holds the actor that leads through them: start reading there. Nothing in this module
 * knows a socket, HTTP or Netty; the outside world plays the roles declared here.
 */
package dev.reveille.session;
