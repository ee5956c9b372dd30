/**
 * WebSockets (RFC 6455) as links: frames come off and go on, and what remains is the byte stream of PostgreSQL's protocol.
 *
 * <p>Start at {@link dev.reveille.gateway.websocket.WebSocketLink}. The HTTP request that begins a WebSocket is the door's
 * business, except for its proof, {@link dev.reveille.gateway.websocket.Handshake}. Nothing here assembles messages: a
 * message of WebSocket means nothing to PostgreSQL.
 */
package dev.reveille.gateway.websocket;
