package dev.reveille.gateway.sql;

import static dev.reveille.session.SessionFailure.Plain.AUTHENTICATION_TIMED_OUT;
import static dev.reveille.session.SessionFailure.Plain.CONTROL_PLANE_TOO_SLOW;

import dev.reveille.gateway.sql.request.ConnectionString;
import dev.reveille.gateway.sql.request.SqlHeaders;
import dev.reveille.gateway.web.WebRequest;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.access.AccessVerdict;
import dev.reveille.session.authentication.LoginRules;
import dev.reveille.session.authentication.ProvenPasswords;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.util.ByteString;

/**
 * Proves who sends a request (spec 03 §4.4): from where it may come, then its password or its token. A wrong password, an
 * unknown role and an unknown endpoint look the same. Any thread.
 */
final class Authentication {

    private static final SessionFailure NO_PASSWORD =
            new SessionFailure.AccessDenied("missing authentication credentials: required password");

    private final SqlRoles roles;
    private final ProvenPasswords proven;
    private final Duration checkMax;

    Authentication(SqlRoles roles, ProvenPasswords proven, Duration checkMax) {
        this.roles = roles;
        this.proven = proven;
        this.checkMax = checkMax;
    }

    /** Who the caller turned out to be. */
    sealed interface Verdict {}

    /**
     * The role it says.
     *
     * @param keys log in to the compute in its name, where there are some
     * @param claims of its token, as JSON
     */
    record Proven(Optional<ScramKeys> keys, Optional<String> claims) implements Verdict {

        @Override
        public String toString() {
            return "Proven[***]";
        }
    }

    record Refused(SessionFailure failure) implements Verdict {}

    /** Never fails, and is done at once where everything is remembered. Who is no longer interested cancels it. */
    CompletableFuture<Verdict> prove(WebRequest request, SqlHeaders headers) {
        if (request.connection().tlsRequired() && request.connection().tls().isEmpty()) {
            return CompletableFuture.completedFuture(new Refused(SessionFailure.Plain.INSECURE_CONNECTION));
        }
        CompletableFuture<Verdict> verdict = new CompletableFuture<>();
        ConnectionString caller = headers.connection();
        roles.access()
                .find(request.id(), endpoint(caller), caller.role())
                .thenCompose(access -> admit(request, headers, access, verdict))
                .whenComplete((found, cause) ->
                        verdict.complete(cause == null ? found : new Refused(failure(cause, CONTROL_PLANE_TOO_SLOW))));
        return verdict;
    }

    private CompletionStage<Verdict> admit(
            WebRequest request, SqlHeaders headers, AccessControl access, CompletableFuture<Verdict> verdict) {
        if (access.check(request.connection().client().getAddress(), LoginRules.door(request.connection()))
                instanceof AccessVerdict.Refused refused) {
            return done(new Refused(new SessionFailure.AccessDenied(refused.clientText())));
        }
        ConnectionString caller = headers.connection();
        return headers.bearer().isPresent()
                ? checkToken(caller, headers.bearer().get())
                : checkPassword(caller, access, verdict);
    }

    private CompletionStage<Verdict> checkPassword(
            ConnectionString caller, AccessControl access, CompletableFuture<Verdict> verdict) {
        EndpointId endpoint = endpoint(caller);
        RoleName role = caller.role();
        ByteString password = caller.password();
        ScramVerifier verifier = LoginRules.verifier(access, roles.mockKey(), endpoint, role);
        Optional<ScramKeys> remembered = proven.find(endpoint, role, verifier, password);
        if (remembered.isPresent()) {
            return done(new Proven(remembered, Optional.empty()));
        }
        CompletableFuture<Optional<ScramKeys>> check =
                roles.passwordCheckers().check(endpoint, verifier, password).toCompletableFuture();
        verdict.whenComplete((_, failure) -> {
            if (failure != null) {
                check.cancel(false); // The caller was told to give up: nobody is left to hear the result.
            }
        });
        // The time limit too ends the check itself.
        return check.orTimeout(checkMax.toNanos(), TimeUnit.NANOSECONDS).handle((keys, failure) -> {
            if (failure != null) {
                return new Refused(failure(failure, AUTHENTICATION_TIMED_OUT));
            }
            if (keys.isEmpty()) {
                roles.access().doubt(endpoint, role);
                return new Refused(new SessionFailure.PasswordFailed(role));
            }
            proven.remember(endpoint, role, verifier, password, keys.get());
            return new Proven(keys, Optional.empty());
        });
    }

    private CompletionStage<Verdict> checkToken(ConnectionString caller, String token) {
        if (roles.tokens().isEmpty()) {
            return done(new Refused(NO_PASSWORD));
        }
        return roles.tokens()
                .get()
                .check(endpoint(caller), caller.role(), token)
                .toCompletableFuture()
                .copy()
                .orTimeout(checkMax.toNanos(), TimeUnit.NANOSECONDS)
                .handle((verdict, failure) ->
                        failure == null ? verdict(verdict) : new Refused(failure(failure, AUTHENTICATION_TIMED_OUT)));
    }

    private static Verdict verdict(TokenVerdict verdict) {
        return switch (verdict) {
            case TokenVerdict.Proven(Optional<ScramKeys> keys, String claims) -> new Proven(keys, Optional.of(claims));
            case TokenVerdict.Refused(String clientText) -> new Refused(new SessionFailure.AccessDenied(clientText));
            case TokenVerdict.NotTaken() -> new Refused(NO_PASSWORD);
        };
    }

    private static SessionFailure failure(Throwable cause, SessionFailure whenTooSlow) {
        Throwable root = cause instanceof CompletionException && cause.getCause() != null ? cause.getCause() : cause;
        return root instanceof TimeoutException ? whenTooSlow : LoginRules.failure(root);
    }

    private static EndpointId endpoint(ConnectionString caller) {
        return caller.endpoint().endpoint();
    }

    private static CompletionStage<Verdict> done(Verdict verdict) {
        return CompletableFuture.completedFuture(verdict);
    }
}
