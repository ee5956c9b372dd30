package dev.reveille.session.compute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.fakes.HandTicker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyComputesTest {

    private static final EndpointKey BLUE = EndpointKey.of(new EndpointId("blue"));
    private static final Duration IDLE_MAX = Duration.ofMinutes(4);
    private static final Compute HERE = new Compute(new ComputeAddress("127.0.0.1", 5432), ComputeTls.DISABLED, false);
    private static final Compute THERE = new Compute(new ComputeAddress("127.0.0.1", 5433), ComputeTls.DISABLED, false);

    private final HandTicker time = new HandTicker();
    private final ReadyComputes ready = new ReadyComputes(100, IDLE_MAX, time);

    @Test
    void whatNobodyWokeIsNotFound() {
        // When
        assertThat(ready.find(BLUE)).isEmpty();

        // Then
        assertThat(ready.misses()).isEqualTo(1);
        assertThat(ready.hits()).isZero();
    }

    @Test
    void whatWasWokenIsFoundUntilNobodyAskedForFourMinutes() {
        // Given
        ready.learn(BLUE, HERE);

        // When
        time.timePasses(Duration.ofSeconds(239));
        boolean foundInTime = ready.find(BLUE).isPresent();
        time.timePasses(Duration.ofSeconds(239));
        boolean foundBecauseItWasAskedFor = ready.find(BLUE).isPresent();
        time.timePasses(Duration.ofSeconds(241));

        // Then
        assertThat(foundInTime).isTrue();
        assertThat(foundBecauseItWasAskedFor).isTrue();
        assertThat(ready.find(BLUE)).isEmpty();
        assertThat(ready.hits()).isEqualTo(2);
        assertThat(ready.misses()).isEqualTo(1);
    }

    @Test
    void aLateReportOfAStaleAddressNeverThrowsAwayANewerOne() {
        // Given
        KnownCompute first = ready.learn(BLUE, HERE);
        ready.unlearn(BLUE, first.generation());
        ready.learn(BLUE, THERE);

        // When
        boolean removed = ready.unlearn(BLUE, first.generation());

        // Then
        assertThat(removed).isFalse();
        assertThat(ready.find(BLUE).orElseThrow().compute()).isEqualTo(THERE);
        assertThat(ready.spuriousHits()).isEqualTo(1);
    }

    @Test
    void anotherChoiceAmongTheComputesOfAnEndpointIsAnotherCompute() {
        // Given
        EndpointKey replica =
                new EndpointKey(new EndpointId("blue"), List.of(new ComputeOption("endpoint_type", "read_only")));
        ready.learn(BLUE, HERE);

        // Then
        assertThat(ready.find(replica)).isEmpty();
        assertThat(ready.find(EndpointKey.of(new EndpointId("blue-pooler")))).isEmpty();
    }

    @Test
    void aComputeThatWasPutToSleepIsForgotten() {
        // Given
        ready.learn(BLUE, HERE);

        // When
        ready.forget(BLUE);

        // Then
        assertThat(ready.find(BLUE)).isEmpty();
        assertThat(ready.spuriousHits()).as("nobody was misled").isZero();
    }
}
