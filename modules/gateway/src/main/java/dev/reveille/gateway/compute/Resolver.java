package dev.reveille.gateway.compute;

import dev.reveille.session.compute.DialFailure;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Turns the name of a compute's host into addresses: with the system's resolver, which waits, so on virtual threads; a
 * literal address at once. Any thread may call.
 */
final class Resolver {

    /** Look-ups that may wait for name servers at the same time; one more fails at once. */
    private static final int CONCURRENT_MAX = 1_000;

    private final Duration patience;
    private final Semaphore places = new Semaphore(CONCURRENT_MAX);
    private final Executor threads =
            task -> Thread.ofVirtual().name("reveille-resolve").start(task);

    Resolver(Duration patience) {
        this.patience = patience;
    }

    /** The addresses of {@code host}, at least one. Fails with {@link DialFailure}. */
    CompletableFuture<List<InetAddress>> resolve(String host) {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return CompletableFuture.completedFuture(List.of(NetUtil.createInetAddressFromIpAddressString(host)));
        }
        if (!places.tryAcquire()) {
            return CompletableFuture.failedFuture(unresolved("too many names are being resolved"));
        }
        return CompletableFuture.supplyAsync(() -> lookUp(host), threads)
                .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionallyCompose(failure -> {
                    boolean known = failure.getCause() instanceof DialFailure;
                    return CompletableFuture.failedFuture(
                            known ? failure.getCause() : unresolved("no name server answered in time"));
                });
    }

    private List<InetAddress> lookUp(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException unknown) {
            throw new CompletionException(unresolved("the name has no address"));
        } finally {
            places.release();
        }
    }

    private static DialFailure unresolved(String message) {
        return new DialFailure(DialFailure.Reason.UNRESOLVED, message);
    }
}
