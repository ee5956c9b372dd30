package dev.reveille.gateway.jwt;

import dev.reveille.kit.tokens.Issuer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.util.ByteString;

/** A source of keys that can change, fail, and keep one waiting; counts how often it is asked. */
final class PublishedKeys implements KeySetSource {

    private final AtomicInteger fetches = new AtomicInteger();
    private volatile CompletionStage<ByteString> answer =
            CompletableFuture.completedStage(ByteString.emptyByteString());

    PublishedKeys(Issuer... issuers) {
        publish(issuers);
    }

    void publish(Issuer... issuers) {
        publishText(Issuer.keySet(issuers));
    }

    void publishText(String text) {
        answer = CompletableFuture.completedStage(ByteString.fromString(text));
    }

    void fail() {
        answer = CompletableFuture.failedStage(new IllegalStateException("the source is down"));
    }

    /** From now on it does not answer until the future that comes back is completed. */
    CompletableFuture<ByteString> keepWaiting() {
        CompletableFuture<ByteString> later = new CompletableFuture<>();
        answer = later;
        return later;
    }

    int fetches() {
        return fetches.get();
    }

    @Override
    public CompletionStage<ByteString> fetch(KeySetUrl url) {
        fetches.incrementAndGet();
        return answer;
    }
}
