package dev.reveille.session.statement;

import dev.reveille.protocol.names.DatabaseName;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.util.Map;

/**
 * Which connections may serve a request: those of the same endpoint, database, role and start-up parameters. How many are
 * open is bounded for each endpoint.
 *
 * @param parameters start-up parameters besides user and database, such as {@code application_name} and {@code options}
 */
public record PoolKey(EndpointKey endpoint, DatabaseName database, RoleName role, Map<String, String> parameters) {

    public PoolKey {
        parameters = Map.copyOf(parameters);
    }
}
