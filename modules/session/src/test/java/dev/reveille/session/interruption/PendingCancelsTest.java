package dev.reveille.session.interruption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelOrigin;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whoever asks hears the end once, whatever becomes of the session. */
class PendingCancelsTest {

    private static final CancelOrigin ORIGIN = new CancelOrigin(InetAddress.getLoopbackAddress(), Optional.empty());

    private final List<PendingCancels.Pending> heard = new ArrayList<>();
    private final AtomicInteger ends = new AtomicInteger();
    private final PendingCancels pending = new PendingCancels(heard::add);

    @Test
    void aRequestIsPassedOnAndItsEndIsToldOnce() {
        // Given
        pending.cancel(ORIGIN, ends::incrementAndGet);
        int before = ends.get();

        // When
        heard.getFirst().done();
        heard.getFirst().done();
        pending.close();

        // Then
        assertThat(before).isZero();
        assertThat(ends).hasValue(1);
    }

    @Test
    void theEndOfTheSessionEndsWhatIsPending() {
        // Given
        pending.cancel(ORIGIN, ends::incrementAndGet);
        pending.cancel(ORIGIN, ends::incrementAndGet);

        // When
        pending.close();
        heard.forEach(PendingCancels.Pending::done);

        // Then
        assertThat(ends).hasValue(2);
    }

    @Test
    void whatIsOnItsWayIsEndedByWhoCarriesIt() {
        // Given
        pending.cancel(ORIGIN, ends::incrementAndGet);
        Runnable carried = heard.getFirst().taken();

        // When
        pending.close();
        int atTheEndOfTheSession = ends.get();
        carried.run();

        // Then
        assertThat(atTheEndOfTheSession).isZero();
        assertThat(ends).hasValue(1);
    }

    @Test
    void afterTheSessionRequestsEndAtOnce() {
        // Given
        pending.close();

        // When
        pending.cancel(ORIGIN, ends::incrementAndGet);

        // Then
        assertThat(heard).isEmpty();
        assertThat(ends).hasValue(1);
    }

    @Test
    void aFloodIsDroppedBeyondItsBound() {
        // When
        for (int request = 0; request < PendingCancels.PENDING_MAX + 7; request++) {
            pending.cancel(ORIGIN, ends::incrementAndGet);
        }

        // Then
        assertThat(heard).hasSize(PendingCancels.PENDING_MAX);
        assertThat(ends).hasValue(7);
    }
}
