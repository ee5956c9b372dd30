package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.backend.ParseComplete;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Sync;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that are cut anywhere, and bytes that make no sense. */
class TrafficFramesTest extends TrafficStory {

    @Test
    void halfAMessageOfTheClientMakesTheSessionBusy() {
        // When
        traffic.toCompute(new Query("select 1").encode().take(3));

        // Then
        assertThat(traffic.busy()).isTrue();
    }

    @Test
    void halfAMessageOfTheComputeLeavesNoRoomForOneOfOurs() {
        // When
        traffic.toClient(ERROR.encode().dropRight(1));

        // Then
        assertThat(traffic.betweenFramesToClient()).isFalse();
        assertThat(traffic.computeSaidWhy()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE})
    void aLengthThatCannotBeLosesTheClient(int length) {
        // When
        traffic.toCompute(header((byte) 'Q', length));

        // Then
        assertThat(traffic.lost()).isTrue();
        assertThat(traffic.lostClient()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1, Integer.MIN_VALUE})
    void aLengthThatCannotBeLosesTheCompute(int length) {
        // When
        int sound = traffic.toClient(header((byte) 'D', length));

        // Then
        assertThat(traffic.lost()).isTrue();
        assertThat(traffic.lostClient()).isFalse();
        assertThat(sound).isZero();
        assertThat(traffic.betweenFramesToClient())
                .as("nothing of it has reached the client")
                .isTrue();
    }

    @Test
    void allThatCameBeforeALostHeaderIsSound() {
        // Given
        ByteString sound = ROW.encode().concat(ROW.encode());
        ByteString nonsense = header((byte) 'D', 3);

        // When
        int passed = traffic.toClient(sound.concat(nonsense).concat(ROW.encode()));

        // Then
        assertThat(passed).isEqualTo(sound.size());
        assertThat(traffic.summary(RelaySummary.End.CLIENT_CLOSED).bytesToClient())
                .isEqualTo(sound.size());
    }

    @Test
    void aLostHeaderThatTheClientHasInPartLeavesNoRoomForAWord() {
        // Given
        ByteString nonsense = header((byte) 'D', 3);
        traffic.toClient(ROW.encode().concat(nonsense.take(2)));

        // When
        traffic.toClient(nonsense.drop(2));

        // Then
        assertThat(traffic.lost()).isTrue();
        assertThat(traffic.betweenFramesToClient()).isFalse();
    }

    @Test
    void whatFollowsALostHeaderIsNotBelieved() {
        // When
        traffic.toClient(header((byte) 'D', 0).concat(READY.encode()));

        // Then
        assertThat(traffic.queries()).isZero();
    }

    @Test
    void whereverTheChunksAreCutTheStoryIsTheSame() {
        // Given
        ByteString said = bytes(PARSE, BIND, EXECUTE, new Sync(), new Query("commit"));
        ByteString answered = new ParseComplete()
                .encode()
                .concat(new ReadyForQuery(TransactionStatus.IN_TRANSACTION).encode())
                .concat(READY.encode());

        for (int chunk = 1; chunk <= Math.max(said.size(), answered.size()); chunk++) {
            // When
            Traffic cut = new Traffic();
            for (ByteString piece : pieces(said, chunk)) {
                cut.toCompute(piece);
            }
            boolean asked = cut.busy();
            for (ByteString piece : pieces(answered, chunk)) {
                cut.toClient(piece);
            }

            // Then
            assertThat(asked).as("busy, in chunks of %d", chunk).isTrue();
            assertThat(cut.idle()).as("idle, in chunks of %d", chunk).isTrue();
            assertThat(cut.queries()).as("queries, in chunks of %d", chunk).isEqualTo(2);
            assertThat(cut.summary(RelaySummary.End.CLIENT_CLOSED).bytesToCompute())
                    .isEqualTo(said.size());
            assertThat(cut.summary(RelaySummary.End.CLIENT_CLOSED).bytesToClient())
                    .isEqualTo(answered.size());
        }
    }

    @Test
    void aChunkGluedFromPartsIsFollowedLikeAnyOther() {
        // Given
        ByteString query = new Query("select 1").encode();

        // When
        traffic.toCompute(query.take(2).concat(query.drop(2).concat(new Sync().encode())));
        compute(READY, READY);

        // Then
        assertThat(traffic.idle()).isTrue();
    }
}
