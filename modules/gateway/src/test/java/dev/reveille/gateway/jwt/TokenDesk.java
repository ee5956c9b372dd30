package dev.reveille.gateway.jwt;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An authority with one endpoint, asked by tests, which wait for the answer within a bound. */
final class TokenDesk {

    static final EndpointId BLUE = new EndpointId("blue");
    static final RoleName APP = new RoleName("app");
    static final KeySetUrl KEYS =
            KeySetUrl.parse("https://issuer.example/jwks.json").orElseThrow();
    static final TokenRule RULE = rule(KEYS);
    static final TokenVerdict NOT_FOUND = new TokenVerdict.Refused("jwk not found");

    /** The defaults, but quick with what is not on the clock. */
    static final TokenSettings QUICK = new TokenSettings(
            TokenSettings.DEFAULTS.tokenLengthMax(),
            TokenSettings.DEFAULTS.leeway(),
            TokenSettings.DEFAULTS.checksMax(),
            TokenSettings.DEFAULTS.rememberedMax(),
            TokenSettings.Ages.DEFAULTS,
            new TokenSettings.Fetching(
                    Duration.ofSeconds(2),
                    Duration.ofMillis(300),
                    Duration.ofSeconds(3),
                    2,
                    Duration.ofMillis(10),
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    64 * 1024));

    private static final int SECONDS_MAX = 20;

    private final TokenAuthority authority;

    TokenDesk(KeySetSource source, InstantSource clock, TokenRule... rules) {
        this(source, clock, QUICK, rules);
    }

    TokenDesk(KeySetSource source, InstantSource clock, TokenSettings settings, TokenRule... rules) {
        List<TokenRule> known = rules.length == 0 ? List.of(RULE) : List.of(rules);
        authority = new TokenAuthority(endpoint -> endpoint.equals(BLUE) ? known : List.of(), source, settings, clock);
    }

    static TokenRule rule(KeySetUrl keys) {
        return new TokenRule(keys, Optional.empty(), Optional.empty(), Set.of(APP), false);
    }

    CompletableFuture<TokenVerdict> asked(String token) {
        return authority.verify(BLUE, APP, token).toCompletableFuture();
    }

    TokenVerdict verdict(String token) {
        return await(asked(token));
    }

    TokenVerdict verdict(EndpointId endpoint, RoleName role, String token) {
        return await(authority.verify(endpoint, role, token).toCompletableFuture());
    }

    static <T> T await(CompletableFuture<T> stage) {
        return stage.orTimeout(SECONDS_MAX, TimeUnit.SECONDS).join();
    }
}
