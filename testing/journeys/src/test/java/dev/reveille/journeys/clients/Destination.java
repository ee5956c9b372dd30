package dev.reveille.journeys.clients;

import java.nio.file.Path;

/**
 * Where a client wants to go, and as whom.
 *
 * @param port of the node's door for PostgreSQL, on loopback
 * @param endpoint empty for a server that knows of none, PostgreSQL itself
 * @param trusted a file with the certificates that a client may trust
 */
public record Destination(int port, String endpoint, String role, String password, String database, Path trusted) {

    public static final String LOOPBACK = "127.0.0.1";

    public Destination at(String otherEndpoint) {
        return new Destination(port, otherEndpoint, role, password, database, trusted);
    }

    public Destination as(String otherRole, String itsPassword) {
        return new Destination(port, endpoint, otherRole, itsPassword, database, trusted);
    }

    public Destination inDatabase(String other) {
        return new Destination(port, endpoint, role, password, other, trusted);
    }

    public Destination trusting(Path certificates) {
        return new Destination(port, endpoint, role, password, database, certificates);
    }

    /** The password is not for printing. */
    @Override
    public String toString() {
        return "Destination[%s@%s on port %d]".formatted(role, endpoint, port);
    }
}
