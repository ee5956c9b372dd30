package dev.reveille.session.compute;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import java.util.concurrent.CompletionStage;

/**
 * The service that knows endpoints, role secrets and access rules, and can wake a compute: a role that the gateway and
 * the node play ({@code fixed}, {@code embedded}).
 *
 * <p>Both calls may be made on any thread and must return at once; the work happens elsewhere. Callers coalesce and
 * cache, so a player need not. A stage fails with {@link ControlPlaneFailure}; any other failure is taken as a fault of
 * the control plane that may not be retried. A player bounds its own waits; callers put a deadline on top.
 */
public interface ControlPlane {

    /**
     * Who may come in as {@code role}. An unknown endpoint or role is not a failure: it is answered with {@link
     * AccessControl#UNKNOWN}, so that strangers cannot tell it from a wrong password (spec 01 §9.1).
     *
     * @param session on whose behalf, for the control plane's own log
     */
    CompletionStage<AccessControl> accessControl(SessionId session, EndpointId endpoint, RoleName role);

    /** Makes the compute of {@code key} reachable, starting it where it sleeps, and says where it is. */
    CompletionStage<Compute> wake(SessionId session, EndpointKey key);
}
