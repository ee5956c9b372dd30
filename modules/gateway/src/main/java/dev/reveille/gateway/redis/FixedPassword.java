package dev.reveille.gateway.redis;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A password that does not change while the node runs. */
public record FixedPassword(String value) implements PasswordSource {

    @Override
    public CompletionStage<Password> fetch() {
        return CompletableFuture.completedFuture(new Password(value, Optional.empty()));
    }

    @Override
    public String toString() {
        return "FixedPassword[***]";
    }
}
