package dev.reveille.gateway.sql;

import dev.reveille.gateway.sql.answer.MemoryBudget;
import dev.reveille.gateway.sql.request.RequestRefused;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.UniqueKillSwitch;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * Reads a request's body, as far as its length and the memory of the node allow. Once somebody has said no, what is still
 * under way is read and thrown away, within the same limits, so that the client hears the answer: a connection that is closed
 * on unread bytes may lose it.
 */
final class BodyCollector {

    private final SqlSettings settings;
    private final MemoryBudget.Share share;
    private final CompletableFuture<ByteString> body = new CompletableFuture<>();

    // The stream alone uses these.
    private Optional<ByteStringBuilder> pieces = Optional.empty();
    private long length;

    private volatile boolean abandoned;

    /** All requests together hold too much. */
    static final class NoMemory extends Exception {

        private static final long serialVersionUID = 1L;

        private NoMemory() {
            super("the memory budget is spent", null, false, false);
        }
    }

    BodyCollector(SqlSettings settings, MemoryBudget.Share share) {
        this.settings = settings;
        this.share = share;
    }

    /**
     * The body. Fails with {@link RequestRefused} or {@link NoMemory}. Strict bodies, as small ones are, are there at once.
     */
    CompletionStage<ByteString> collect(RequestEntity entity, Materializer materializer) {
        if (entity.getContentLengthOption().orElse(0) > settings.requestBytes()) {
            return CompletableFuture.failedFuture(RequestRefused.tooLarge(settings.requestBytes()));
        }
        if (entity instanceof HttpEntity.Strict strict) {
            return share.hold(strict.getData().size())
                    ? CompletableFuture.completedFuture(strict.getData())
                    : CompletableFuture.failedFuture(new NoMemory());
        }
        var running = entity.withoutSizeLimit() // Ours holds.
                .getDataBytes()
                .viaMat(KillSwitches.single(), Keep.right())
                .toMat(Sink.foreach(this::add), Keep.both())
                .run(materializer);
        UniqueKillSwitch valve = running.first();
        var clock = Clock.after(settings.bodyMax(), materializer, () -> {
            body.completeExceptionally(RequestRefused.tooSlow(settings.bodyMax().toSeconds() + " s"));
            valve.shutdown();
        });
        running.second().whenComplete((_, failure) -> {
            clock.cancel();
            if (failure == null) {
                body.complete(pieces.map(ByteStringBuilder::result).orElse(ByteString.emptyByteString()));
            } else {
                body.completeExceptionally(cause(failure));
            }
            pieces = Optional.empty();
        });
        return body;
    }

    /** Nobody wants it any more; what comes is thrown away. Any thread. */
    void abandon() {
        abandoned = true;
    }

    private void add(ByteString piece) throws RequestRefused {
        length += piece.size();
        if (length > 2L * settings.requestBytes()) {
            throw RequestRefused.tooLarge(settings.requestBytes()); // Enough has been thrown away.
        }
        if (body.isDone() || abandoned) {
            pieces = Optional.empty();
            return;
        }
        if (length > settings.requestBytes()) {
            body.completeExceptionally(RequestRefused.tooLarge(settings.requestBytes()));
        } else if (!share.hold(length)) {
            body.completeExceptionally(new NoMemory());
        } else {
            if (pieces.isEmpty()) {
                pieces = Optional.of(ByteString.createBuilder());
            }
            pieces.get().append(piece);
        }
    }

    private static Throwable cause(Throwable failure) {
        Throwable root =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return root instanceof RequestRefused ? root : RequestRefused.cutShort();
    }
}
