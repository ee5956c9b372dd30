package dev.reveille.gateway.jwt;

import dev.reveille.gateway.jwt.TokenSettings.Fetching;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.util.ByteString;

/**
 * Fetches key sets over HTTP and from files (spec 01 §13.4). Follows no redirects: the operator named the one who is
 * believed. The JDK's client has a selector thread of its own; the rest of its work is done on virtual threads, name
 * look-ups included.
 */
final class KeySetFetcher implements KeySetSource, AutoCloseable {

    private final Fetching fetching;
    private final Executor threads =
            task -> Thread.ofVirtual().name("reveille-key-fetch").start(task);
    private final HttpClient http;

    KeySetFetcher(Fetching fetching) {
        this.fetching = fetching;
        this.http = HttpClient.newBuilder()
                .executor(threads)
                .connectTimeout(fetching.connect())
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    @Override
    public CompletionStage<ByteString> fetch(KeySetUrl url) {
        return url.isFile()
                ? file(url)
                : tried(url, 0, System.nanoTime() + fetching.total().toNanos());
    }

    private CompletionStage<ByteString> tried(KeySetUrl url, int failuresBefore, long deadline) {
        return once(url).exceptionallyCompose(failure -> {
            Duration pause = pauseAfter(failuresBefore);
            boolean again = mayPass(failure)
                    && failuresBefore < fetching.retries()
                    && System.nanoTime() + pause.toNanos() < deadline;
            return again
                    ? CompletableFuture.runAsync(
                                    () -> {},
                                    CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, threads))
                            .thenCompose(_ -> tried(url, failuresBefore + 1, deadline))
                    : CompletableFuture.failedStage(failure);
        });
    }

    private CompletableFuture<ByteString> once(KeySetUrl url) {
        HttpRequest request = HttpRequest.newBuilder(url.uri())
                .header("Accept", "application/json")
                .header("User-Agent", "reveille")
                .timeout(fetching.attempt())
                .build();
        CompletableFuture<HttpResponse<ByteString>> sent =
                http.sendAsync(request, answer -> new LimitedBody(answer.statusCode(), fetching.bodyMax()));
        // The client's own time-out ends with the headers; a body may dribble for ever.
        CompletableFuture<ByteString> body =
                sent.thenApply(HttpResponse::body).orTimeout(fetching.attempt().toNanos(), TimeUnit.NANOSECONDS);
        body.whenComplete((_, failure) -> {
            if (failure != null) {
                sent.cancel(true);
            }
        });
        return body;
    }

    private static boolean mayPass(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case KeySetProblem problem -> problem.isPassing();
            case IOException io -> !(io.getCause() instanceof KeySetProblem problem) || problem.isPassing();
            case TimeoutException _ -> true;
            default -> false;
        };
    }

    private Duration pauseAfter(int failuresBefore) {
        double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
        return Duration.ofNanos((long) (fetching.retryPause().toNanos() * (1L << failuresBefore) * jitter));
    }

    private CompletionStage<ByteString> file(KeySetUrl url) {
        Path file = Path.of(url.uri());
        if (!Files.isRegularFile(file)) { // A pipe could keep us waiting.
            return CompletableFuture.failedStage(KeySetProblem.lasting("there is no such file"));
        }
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(fetching.bodyMax() + 1);
            return bytes.length > fetching.bodyMax()
                    ? CompletableFuture.failedStage(
                            KeySetProblem.lasting("the key set is larger than %d bytes".formatted(fetching.bodyMax())))
                    : CompletableFuture.completedStage(ByteString.fromArrayUnsafe(bytes));
        } catch (IOException unreadable) {
            return CompletableFuture.failedStage(unreadable);
        }
    }

    /** Ends fetches that are on their way. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
