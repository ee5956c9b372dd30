/**
 * What is said on the wire: PostgreSQL's protocol, versions 3.0 and 3.2, as values.
 *
 * <p>Messages are records, one for each message of the PostgreSQL manual. Framing and codecs are pure functions from
 * bytes to values and back: no sockets, no actors, no clocks. This room knows no other room of the house. Start reading
 * at {@link dev.reveille.protocol.Frame}, then at the sealed interfaces
 * {@link dev.reveille.protocol.startup.StartupPacket}, {@link dev.reveille.protocol.frontend.FrontendMessage} and
 * {@link dev.reveille.protocol.backend.BackendMessage}.
 */
package dev.reveille.protocol;
