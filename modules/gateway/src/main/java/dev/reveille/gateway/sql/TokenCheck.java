package dev.reveille.gateway.sql;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import java.util.concurrent.CompletionStage;

/** Checks the tokens of callers that have no password. Any thread; must not block. */
@FunctionalInterface
public interface TokenCheck {

    /**
     * Whether {@code token} lets its bearer be {@code role}. A stage that fails is answered like a control plane that is away.
     *
     * @param token what followed {@code Bearer} in the request, unchecked; not for logs
     */
    CompletionStage<TokenVerdict> check(EndpointId endpoint, RoleName role, String token);
}
