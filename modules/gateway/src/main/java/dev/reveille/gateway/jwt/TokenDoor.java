package dev.reveille.gateway.jwt;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Everything that SQL over HTTP needs to know of tokens: whether an endpoint takes them, whether one is good, and how the
 * role then logs in to the compute. Any thread; nothing here holds it up.
 *
 * <p>A token says who somebody is, not from where he may come: the endpoint's allowed addresses and limits are for whoever
 * asks, and are looked at before {@link #verify} (spec 01 §13.1, where the reference forgets them).
 */
public final class TokenDoor implements AutoCloseable {

    private static final String BEARER = "Bearer ";

    private final TokenRules rules;
    private final TokenLogins logins;
    private final KeySetFetcher fetcher;
    private final TokenAuthority authority;

    private TokenDoor(TokenRules rules, TokenLogins logins, TokenSettings settings, InstantSource clock) {
        this.rules = rules;
        this.logins = logins;
        this.fetcher = new KeySetFetcher(settings.fetching());
        this.authority = new TokenAuthority(rules, fetcher, settings, clock);
    }

    /** A door for {@code rules}. Fetches nothing before the first token comes. */
    public static TokenDoor open(TokenRules rules, TokenLogins logins, TokenSettings settings, InstantSource clock) {
        return new TokenDoor(rules, logins, settings, clock);
    }

    /** The token in the value of a header {@code Authorization}: what follows {@code Bearer} and one blank. */
    public static Optional<String> tokenOf(String authorization) {
        return Optional.of(authorization)
                .filter(value -> value.startsWith(BEARER) && value.length() > BEARER.length())
                .map(value -> value.substring(BEARER.length()));
    }

    /** Whether any token opens anything at {@code endpoint}. */
    public boolean configuredFor(EndpointId endpoint) {
        return !rules.of(endpoint).isEmpty();
    }

    /** Whether {@code token} opens {@code role} of {@code endpoint}. Never fails; may wait for keys, within a bound. */
    public CompletionStage<TokenVerdict> verify(EndpointId endpoint, RoleName role, String token) {
        return authority.verify(endpoint, role, token);
    }

    /** What a role whose token was good logs in to the compute with; nothing where the compute trusts us. */
    public Optional<ScramKeys> keysFor(EndpointId endpoint, RoleName role) {
        return logins.keysFor(endpoint, role);
    }

    /** Ends fetches that are on their way. */
    @Override
    public void close() {
        fetcher.close();
    }
}
