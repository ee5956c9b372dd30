package dev.reveille.session.visit;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.ClientConnection.Milestone;
import dev.reveille.session.SessionId;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** What remains to be said of a client once it is logged in: all that an idle session keeps of its beginnings. */
record Guest(
        SessionId id, InetSocketAddress client, EndpointKey endpoint, RoleName role, Consumer<Milestone> observer) {}
