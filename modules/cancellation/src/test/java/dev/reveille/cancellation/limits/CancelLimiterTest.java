package dev.reveille.cancellation.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelDesk;
import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class CancelLimiterTest {

    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");

    /** Near the end of what a long can hold, because the clock may be anywhere. */
    private long now = Long.MAX_VALUE - 1000;

    private final CancelLimiter limiter = new CancelLimiter(CancelRate.DEFAULTS, () -> now);

    @Test
    void aBurstIsHeardAndNotOneMore() {
        // When
        int heard = tries(2000, CLIENT);

        // Then
        assertThat(heard).isEqualTo(1500);
        assertThat(limiter.refused()).isEqualTo(500);
    }

    @Test
    void afterABurstRequestsAreHeardAtTheRate() {
        // Given
        tries(1500, CLIENT);

        // When
        timePasses(Duration.ofSeconds(1));
        int heard = tries(2000, CLIENT);

        // Then
        assertThat(heard).isEqualTo(600);
    }

    @Test
    void whoIsRefusedDoesNotPayForIt() {
        // Given
        tries(100_000, CLIENT);

        // When
        timePasses(Duration.ofSeconds(1));

        // Then
        assertThat(tries(1, CLIENT)).isOne();
    }

    @Test
    void whoKeepsToTheRateIsNeverRefused() {
        for (int second = 0; second < 60; second++) {
            for (int request = 0; request < 600; request++) {
                // When
                boolean heard = limiter.admits(CLIENT);

                // Then
                assertThat(heard).isTrue();
                timePasses(Duration.ofNanos(1_666_667));
            }
        }
    }

    @Test
    void quietNetworksMaySendABurstAgain() {
        // Given
        tries(1500, CLIENT);

        // When
        timePasses(Duration.ofMillis(2500));

        // Then
        assertThat(tries(2000, CLIENT)).isEqualTo(1500);
    }

    @Test
    void addressesOfOneNetworkShareABucket() {
        // Given
        tries(1500, CLIENT);

        // Then
        assertThat(tries(1, InetAddress.ofLiteral("192.0.2.254"))).isZero();
        assertThat(tries(1, InetAddress.ofLiteral("192.0.3.1"))).isOne();
    }

    @Test
    void sixtyFourBitsMakeANetworkOfIpv6() {
        // Given
        tries(1500, InetAddress.ofLiteral("2001:db8:1:2::1"));

        // Then
        assertThat(tries(1, InetAddress.ofLiteral("2001:db8:1:2:ffff::9"))).isZero();
        assertThat(tries(1, InetAddress.ofLiteral("2001:db8:1:3::1"))).isOne();
    }

    @Test
    void aMappedAddressIsIpv4() throws UnknownHostException {
        // Given: the JDK unmaps what it parses, and sockets may not.
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 7};

        // Then
        assertThat(Network.of(Inet6Address.getByAddress(null, mapped, -1))).isEqualTo(Network.of(CLIENT));
    }

    @Test
    void networksAreNamedWithoutTheirHosts() {
        assertThat(Network.of(CLIENT)).hasToString("192.0.2.0/24");
        assertThat(Network.of(InetAddress.ofLiteral("2001:db8:1:2::1"))).hasToString("2001:db8:1:2::/64");
    }

    @Test
    void networksAreForgottenWhenTheirBucketsAreEmpty() {
        for (int round = 0; round < 20; round++) {
            // When
            crowd(round, 5_000);
            timePasses(Duration.ofSeconds(1));

            // Then
            assertThat(limiter.networks()).isLessThanOrEqualTo(2 * 5_000);
        }
    }

    @Test
    void moreNetworksThanCanBeRememberedAreRefusedUntilOthersAreForgotten() {
        // Given
        crowd(0, 20_000);

        // Then
        assertThat(limiter.networks()).isEqualTo(16_384);
        assertThat(limiter.refused()).isEqualTo(20_000 - 16_384);

        // When
        timePasses(Duration.ofSeconds(1));
        crowd(1, 20_000);

        // Then
        assertThat(limiter.refused()).isEqualTo(2 * (20_000 - 16_384));
    }

    @Test
    void aDeskBehindTheLimitIsNotBotheredByWhatExceedsIt() {
        // Given
        AtomicInteger asked = new AtomicInteger();
        CancelDesk desk = new LimitedCancelDesk(limiter, (_, _) -> {
            asked.incrementAndGet();
            return CompletableFuture.completedFuture(Done.getInstance());
        });
        CancelKey key = new CancelKey(1, ByteString.fromInts(0, 0, 0, 0));
        CancelOrigin origin = new CancelOrigin(CLIENT, Optional.empty());

        // When
        boolean allAnswered = IntStream.range(0, 1600)
                .allMatch(_ -> desk.cancel(key, origin).toCompletableFuture().isDone());

        // Then
        assertThat(allAnswered).isTrue();
        assertThat(asked).hasValue(1500);
    }

    private int tries(int requests, InetAddress client) {
        return (int)
                IntStream.range(0, requests).filter(_ -> limiter.admits(client)).count();
    }

    private void crowd(int round, int size) {
        for (int network = 0; network < size; network++) {
            limiter.admits(InetAddress.ofLiteral("2001:db8:%x:%x::1".formatted(round, network)));
        }
    }

    private void timePasses(Duration span) {
        now += span.toNanos();
    }
}
