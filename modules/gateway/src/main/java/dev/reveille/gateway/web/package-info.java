/**
 * The door for browsers and serverless functions: one port for HTTP and WebSocket, with TLS and without.
 *
 * <p>HTTP is served by Pekko HTTP's server layer joined to sockets of our own loops; a WebSocket carries the same session as a
 * TCP connection. What is answered to HTTP requests is not decided here: see {@link dev.reveille.gateway.web.WebHandler}.
 */
package dev.reveille.gateway.web;
