package dev.reveille.gateway.jwt;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * Says whether a token opens a role (spec 01 §13.5). Whatever comes, it ends in a {@link TokenVerdict} and never in a
 * failure; in doubt it refuses. Any thread may ask and is not held up: keys are fetched and signatures checked on virtual
 * threads, and nobody waits longer than {@link TokenSettings.Fetching#total}, twice.
 */
public final class TokenAuthority {

    private static final TokenVerdict NO_KEYS = new TokenVerdict.Unavailable(
            "The keys that JWT tokens are checked with cannot be had now; please try again.");
    private static final TokenVerdict TOO_MANY =
            new TokenVerdict.Unavailable("Too many JWT tokens are being checked; please try again.");

    private final TokenRules rules;
    private final KeySetCache keySets;
    private final TokenSettings settings;
    private final InstantSource clock;
    private final Semaphore checks;
    private final SignatureMemory memory;

    public TokenAuthority(TokenRules rules, KeySetSource source, TokenSettings settings, InstantSource clock) {
        this.rules = rules;
        this.keySets = new KeySetCache(source, settings, clock);
        this.settings = settings;
        this.clock = clock;
        this.checks = new Semaphore(settings.checksMax());
        this.memory = new SignatureMemory(settings.rememberedMax());
    }

    /** A rule, and the keys of its issuer where they can be had. */
    private record RuleWithKeys(TokenRule rule, Optional<KeySet> keys) {

        Optional<VerificationKey> find(SignedToken token) {
            return keys.flatMap(set -> set.find(token.keyId(), token.algorithm()));
        }
    }

    /** Whether {@code token}, the text after {@code Bearer}, opens {@code role} of {@code endpoint} now. */
    public CompletionStage<TokenVerdict> verify(EndpointId endpoint, RoleName role, String token) {
        SignedToken read;
        try {
            read = SignedToken.read(token, settings.tokenLengthMax());
        } catch (TokenRefused refused) {
            return CompletableFuture.completedStage(refusal(refused.refusal()));
        }
        List<RuleWithKeys> applying = rules.of(endpoint).stream()
                .filter(rule -> rule.roles().contains(role))
                .map(rule -> new RuleWithKeys(rule, Optional.empty()))
                .toList();
        return forEach(applying, known -> keySets.of(known.rule().keys()).current())
                .thenCompose(current -> nobodyKnowsTheKeyOf(read, current)
                        ? forEach(current, this::newerKeys)
                        : CompletableFuture.completedStage(current))
                .thenCompose(candidates -> judgeElsewhere(read, candidates));
    }

    private CompletionStage<Optional<KeySet>> newerKeys(RuleWithKeys known) {
        return known.keys()
                .map(seen -> keySets.of(known.rule().keys()).newerThan(seen))
                .orElseGet(() -> CompletableFuture.completedStage(Optional.empty()));
    }

    private static boolean nobodyKnowsTheKeyOf(SignedToken token, List<RuleWithKeys> candidates) {
        return candidates.stream().allMatch(candidate -> candidate.find(token).isEmpty());
    }

    private static CompletionStage<List<RuleWithKeys>> forEach(
            List<RuleWithKeys> rules, Function<RuleWithKeys, CompletionStage<Optional<KeySet>>> look) {
        List<CompletableFuture<RuleWithKeys>> looks = rules.stream()
                .map(known -> look.apply(known)
                        .thenApply(keys -> new RuleWithKeys(known.rule(), keys))
                        .toCompletableFuture())
                .toList();
        return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new))
                .thenApply(_ -> looks.stream().map(CompletableFuture::join).toList());
    }

    private CompletionStage<TokenVerdict> judgeElsewhere(SignedToken token, List<RuleWithKeys> candidates) {
        if (nobodyKnowsTheKeyOf(token, candidates)) {
            return CompletableFuture.completedStage(judge(token, candidates));
        }
        if (candidates.stream().anyMatch(candidate -> isKnownAndGood(token, candidate))) {
            return CompletableFuture.completedStage(new TokenVerdict.Proven(token.payload()));
        }
        if (!checks.tryAcquire()) {
            return CompletableFuture.completedStage(TOO_MANY);
        }
        CompletableFuture<TokenVerdict> verdict = new CompletableFuture<>();
        Thread.ofVirtual().name("reveille-token").start(() -> {
            TokenVerdict reached = refusal(Refusal.SIGNATURE);
            try {
                reached = judge(token, candidates);
            } finally {
                checks.release();
                verdict.complete(reached);
            }
        });
        return verdict;
    }

    private boolean isKnownAndGood(SignedToken token, RuleWithKeys candidate) {
        return candidate
                .find(token)
                .filter(key -> key instanceof VerificationKey.Usable usable
                        && usable.algorithm() == token.algorithm()
                        && memory.knows(token, usable.key())
                        && objection(token, candidate.rule()).isEmpty())
                .isPresent();
    }

    private TokenVerdict judge(SignedToken token, List<RuleWithKeys> candidates) {
        Refusal closest = Refusal.KEY_NOT_FOUND;
        boolean complete = true;
        for (RuleWithKeys candidate : candidates) {
            Optional<Refusal> objection = candidate
                    .find(token)
                    .map(key -> objection(token, key, candidate.rule()))
                    .orElse(Optional.of(Refusal.KEY_NOT_FOUND));
            if (objection.isEmpty()) {
                return new TokenVerdict.Proven(token.payload());
            }
            complete &= candidate.keys().isPresent();
            closest = objection.get().compareTo(closest) > 0 ? objection.get() : closest;
        }
        // A rule whose keys are not known might have accepted it.
        return complete ? refusal(closest) : NO_KEYS;
    }

    private Optional<Refusal> objection(SignedToken token, VerificationKey key, TokenRule rule) {
        return switch (key) {
            case VerificationKey.Unusable(Refusal refusal) -> Optional.of(refusal);
            case VerificationKey.Usable usable
            when usable.algorithm() != token.algorithm() -> Optional.of(Refusal.ALGORITHM);
            case VerificationKey.Usable usable when !isSigned(token, usable) -> Optional.of(Refusal.SIGNATURE);
            case VerificationKey.Usable _ -> objection(token, rule);
        };
    }

    private Optional<Refusal> objection(SignedToken token, TokenRule rule) {
        return token.claims().objectionOf(rule, clock.instant(), settings.leeway());
    }

    private boolean isSigned(SignedToken token, VerificationKey.Usable key) {
        if (memory.knows(token, key.key())) {
            return true;
        }
        boolean signed = SignatureCheck.isSigned(token, key);
        if (signed) {
            memory.remember(token, key.key());
        }
        return signed;
    }

    private static TokenVerdict refusal(Refusal refusal) {
        return new TokenVerdict.Refused(refusal.text());
    }
}
