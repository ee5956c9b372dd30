package dev.reveille.journeys.clients;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Where a client of the web door wants to go, and as whom.
 *
 * @param door where the node listens for WebSocket and HTTP
 * @param behind endpoint, role, password, database and certificate; its port is not looked at
 */
public record WebDestination(InetSocketAddress door, boolean tls, Destination behind) {

    /** The same with TLS, where the certificate calls the node {@code localhost}. */
    public WebDestination overTls() {
        return new WebDestination(door, true, behind);
    }

    /** Host and port, as in an address. */
    public String authority() {
        return (tls ? "localhost" : Destination.LOOPBACK) + ":" + door.getPort();
    }

    /** As the stories in {@code node/web} read it. */
    String json(Path pictures) {
        return """
                {"web": "%s", "tls": %b, "endpoint": "%s", "role": "%s", "password": "%s", "database": "%s", \
                "certificate": "%s", "pictures": "%s"}
                """.formatted(
                        authority(),
                        tls,
                        behind.endpoint(),
                        behind.role(),
                        behind.password(),
                        behind.database(),
                        behind.trusted(),
                        pictures);
    }
}
