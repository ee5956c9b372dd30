package dev.reveille.gateway.redis;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The password as it is now, as Lettuce asks for it: at each login, and as a stream of new ones that authenticate live
 * connections again. Written by one thread at a time, read by any.
 */
final class CurrentPassword implements RedisCredentialsProvider {

    private final Optional<String> user;
    private final Sinks.Many<RedisCredentials> passwords = Sinks.many().replay().latest();
    private volatile Optional<String> current = Optional.empty();

    CurrentPassword(Optional<String> user) {
        this.user = user;
    }

    /** Makes {@code value} the password; whether it is another one than before. */
    boolean change(String value) {
        boolean changed = !current.equals(Optional.of(value));
        if (changed) {
            current = Optional.of(value);
            passwords.tryEmitNext(credentials(value));
        }
        return changed;
    }

    @Override
    public Mono<RedisCredentials> resolveCredentials() {
        return current.map(value -> Mono.just(credentials(value)))
                .orElseGet(() -> Mono.error(new IllegalStateException("the password is not known yet")));
    }

    @Override
    public boolean supportsStreaming() {
        return true;
    }

    @Override
    public Flux<RedisCredentials> credentials() {
        return passwords.asFlux();
    }

    private RedisCredentials credentials(String value) {
        return RedisCredentials.just(user.orElse(null), value.toCharArray()); // Null stands for the default user.
    }

    @Override
    public String toString() {
        return "CurrentPassword[***]";
    }
}
