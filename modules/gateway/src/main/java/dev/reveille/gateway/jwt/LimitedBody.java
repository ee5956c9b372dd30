package dev.reveille.gateway.jwt;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/** The body of an answer up to a size, beyond which no more is read. A body that nobody wants is not read at all. */
final class LimitedBody implements BodySubscriber<ByteString> {

    private static final int OK = 200;
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int SERVER_ERRORS = 500;

    private final int status;
    private final int max;
    private final CompletableFuture<ByteString> body = new CompletableFuture<>();
    private final ByteStringBuilder read = ByteString.createBuilder();
    private Flow.Subscription subscription;
    private int length;

    LimitedBody(int status, int max) {
        this.status = status;
        this.max = max;
    }

    @Override
    public CompletionStage<ByteString> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (status == OK) {
            given.request(Long.MAX_VALUE);
        } else {
            given.cancel();
            String message = "the answer has status " + status;
            body.completeExceptionally(mayPass() ? KeySetProblem.passing(message) : KeySetProblem.lasting(message));
        }
    }

    private boolean mayPass() {
        return status >= SERVER_ERRORS
                || status == TOO_MANY_REQUESTS
                || status == REQUEST_TIMEOUT
                || status == TOO_EARLY;
    }

    @Override
    public void onNext(List<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            if (piece.remaining() > max - length) {
                subscription.cancel();
                body.completeExceptionally(KeySetProblem.lasting("the key set is larger than %d bytes".formatted(max)));
                return;
            }
            length += piece.remaining();
            read.append(ByteString.fromByteBuffer(piece));
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(read.result());
    }
}
