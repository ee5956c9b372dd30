package dev.reveille.session.authentication;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.access.AccessDoor;
import dev.reveille.session.compute.ControlPlaneFailure;
import java.util.concurrent.CompletionException;
import org.apache.pekko.util.ByteString;

/** What holds for logins of every kind, whatever door they come through. Functions only; any thread. */
public final class LoginRules {

    private LoginRules() {}

    /** Which access rules hold for a client: those of the private door where it came through a private link. */
    public static AccessDoor door(ClientConnection connection) {
        return connection.privateLink().isPresent()
                ? new AccessDoor.Private(connection.privateLink())
                : new AccessDoor.Public();
    }

    /**
     * What a proof is compared with. For who does not exist it is a mock: the proof runs to its end, looks like any other,
     * and fails.
     *
     * @param mockKey secret from which mocks are made; the same on all nodes, so that they look the same everywhere
     */
    public static ScramVerifier verifier(AccessControl access, ByteString mockKey, EndpointId endpoint, RoleName role) {
        return access.secret()
                .orElseGet(() ->
                        ScramVerifier.mockFor(mockKey, endpoint.normalised().value(), role.value()));
    }

    /** How the client hears that nobody could say who may come in, or whether its password is right. */
    public static SessionFailure failure(Throwable cause) {
        Throwable root = cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
        return switch (root) {
            case ControlPlaneFailure known ->
                new SessionFailure.ControlPlaneRefused(known.clientText(), known.getMessage(), known.retryable());
            case PasswordCheckers.TooManyWaiting _ -> SessionFailure.Plain.TOO_MANY_PASSWORD_CHECKS;
            default -> new SessionFailure.ControlPlaneRefused("Control plane request failed", root.toString(), false);
        };
    }
}
