package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.frontend.CopyData;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What those who keep a connection need to know of what passes. */
class KeptTrafficTest extends TrafficStory {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 7, 1000})
    void whoeverKeepsTheConnectionHearsOfParametersHoweverTheyAreCut(int chunk) {
        // Given
        RecordingKeeper keeper = new RecordingKeeper();
        Traffic kept = new Traffic(keeper);
        ByteString said = ROW.encode()
                .concat(ParameterStatus.of("TimeZone", "UTC").encode())
                .concat(READY.encode())
                .concat(ParameterStatus.of("DateStyle", "ISO").encode());

        // When
        pieces(said, chunk).forEach(kept::toClient);

        // Then
        assertThat(keeper.heard())
                .extracting(body -> ParameterStatus.decode(body).name())
                .containsExactly("TimeZone", "DateStyle");
        assertThat(keeper.hasLostTrack()).isFalse();
    }

    @Test
    void aParameterThatIsTooLongToBeRememberedIsSaidToBeLost() {
        // Given
        RecordingKeeper keeper = new RecordingKeeper();
        Traffic kept = new Traffic(keeper);

        // When
        kept.toClient(ParameterStatus.of("TimeZone", "x".repeat(8 * 1024)).encode());

        // Then
        assertThat(keeper.heard()).isEmpty();
        assertThat(keeper.hasLostTrack()).isTrue();
        assertThat(kept.betweenFramesToClient()).isTrue();
    }

    @Test
    void aParameterWithoutANameIsHeardAndHarmsNoFrameBehindIt() {
        // Given
        RecordingKeeper keeper = new RecordingKeeper();
        Traffic kept = new Traffic(keeper);

        // When
        kept.toClient(header(ParameterStatus.TAG, 4).concat(READY.encode()));

        // Then
        assertThat(keeper.heard()).containsExactly(ByteString.emptyByteString());
        assertThat(kept.betweenFramesToClient()).isTrue();
    }

    @Test
    void aTerminateIsAFarewellWhereItComesAlone() {
        // When
        client(new Terminate());

        // Then
        assertThat(traffic.isFarewell()).isTrue();
        assertThat(traffic.idle()).isTrue();
    }

    @Test
    void aTerminateBehindSomethingElseIsNone() {
        // When
        client(new Query("select 1"), new Terminate());

        // Then
        assertThat(traffic.terminated()).isTrue();
        assertThat(traffic.isFarewell()).isFalse();
    }

    @Test
    void whatOnlyLooksLikeATerminateInsideOfAnotherMessageIsNone() {
        // Given
        ByteString copied = new CopyData(new Terminate().encode()).encode();

        // When
        traffic.toCompute(copied.take(5));
        traffic.toCompute(copied.drop(5));

        // Then
        assertThat(traffic.terminated()).isFalse();
        assertThat(traffic.isFarewell()).isFalse();
    }

    @Test
    void nothingIsAFarewellBehindAFarewell() {
        // Given
        client(new Terminate());

        // When
        client(new Terminate());

        // Then
        assertThat(traffic.isFarewell()).isFalse();
    }
}
