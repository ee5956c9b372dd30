/**
 * How connections are accepted, and what happens to each before its protocol begins: the PROXY header, the questions
 * about encryption, TLS itself. One Netty pipeline phase for each connection, which ends by handing over a channel that
 * carries plain text, or by closing it.
 *
 * <p>Everything here runs on the connection's loop and is gone from the pipeline when a connection is handed over.
 * What the plain text says is the session's business. Start reading at {@link
 * dev.reveille.gateway.front.FrontDoor}; a {@link dev.reveille.gateway.front.Doorway} is the listening socket before it.
 */
package dev.reveille.gateway.front;
