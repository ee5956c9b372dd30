package dev.reveille.node.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.node.transactions.Letter.Bye;
import dev.reveille.node.transactions.Letter.Cancel;
import dev.reveille.node.transactions.Letter.Knock;
import dev.reveille.node.transactions.Letter.Piece;
import dev.reveille.node.transactions.Letter.Pulse;
import dev.reveille.node.transactions.Letter.Reason;
import dev.reveille.node.transactions.Letter.Stopped;
import dev.reveille.node.transactions.Letter.ToGuest;
import dev.reveille.node.transactions.Letter.ToHost;
import dev.reveille.node.transactions.Letter.TurnedAway;
import dev.reveille.node.transactions.Letter.Welcome;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.statement.StatementOutcome;
import java.io.NotSerializableException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TransactionSerializerTest {

    private static final ActorTestKit KIT = ActorTestKit.create("serializer", Member.config(0));
    private static final Serialization SERIALIZATION = SerializationExtension.get(KIT.system());
    private static final TransactionSerializer SERIALIZER =
            new TransactionSerializer((ExtendedActorSystem) Adapter.toClassic(KIT.system()));

    private static final ActorRef<ToGuest> GUEST =
            KIT.createTestProbe(ToGuest.class).getRef();
    private static final ActorRef<ToHost> HOST =
            KIT.createTestProbe(ToHost.class).getRef();

    @AfterAll
    static void close() {
        KIT.shutdownTestKit();
    }

    static Stream<Object> letters() {
        return Stream.concat(
                Stream.of(
                        new Knock(Long.MIN_VALUE + 1, 68_000_000, GUEST),
                        new Welcome(4, HOST),
                        new TurnedAway(Reason.UNKNOWN),
                        new TurnedAway(Reason.BUSY),
                        new Piece(0, ByteString.fromString("x")),
                        new Piece(Integer.MAX_VALUE, Orders.bytes(Letter.PIECE_MAX)),
                        new Pulse(7, 11),
                        new Cancel(),
                        new Bye()),
                outcomes().map(Stopped::new));
    }

    static Stream<StatementOutcome> outcomes() {
        ErrorFields error = ErrorFields.of("ERROR", "23505", "größe").withDetail("detail");
        return Stream.concat(
                Stream.of(
                        new StatementOutcome.Done(),
                        new StatementOutcome.Refused(-1, error),
                        new StatementOutcome.Lost(new SessionFailure.ComputeBabbled("nonsense")),
                        new StatementOutcome.Unreached(new SessionFailure.ComputeRefused(new ErrorResponse(error))),
                        new StatementOutcome.RowTooLong(3, Long.MAX_VALUE),
                        new StatementOutcome.Cancelled()),
                Stream.of(SessionFailure.Plain.values()).map(StatementOutcome.Lost::new));
    }

    @ParameterizedTest
    @MethodSource("letters")
    void whatOneNodeWritesTheOtherReads(Object letter) throws NotSerializableException {
        // Given: the way that the cluster takes, by the configured binding
        assertThat(SERIALIZATION.serializerFor(letter.getClass())).isInstanceOf(TransactionSerializer.class);

        // When
        byte[] bytes = SERIALIZATION.serialize(letter).get();

        // Then
        assertThat(SERIALIZER.fromBinary(bytes, SERIALIZER.manifest(letter))).isEqualTo(letter);
    }

    /** Where the other side could take the rest for something else it would be a Piece or an error's fields, which end anywhere. */
    @ParameterizedTest
    @MethodSource("letters")
    void aLetterThatWasCutShortIsRefused(Object letter) {
        if (letter instanceof Piece(int _, ByteString bytes) && bytes.size() > 1) {
            return;
        }
        byte[] bytes = SERIALIZER.toBinary(letter);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatExceptionOfType(NotSerializableException.class)
                    .isThrownBy(() -> SERIALIZER.fromBinary(cut, SERIALIZER.manifest(letter)));
        }
    }

    @Test
    void aPieceThatIsTooLargeIsRefused() {
        byte[] bytes = new byte[Integer.BYTES + Letter.PIECE_MAX + 1];
        assertThatExceptionOfType(NotSerializableException.class)
                .isThrownBy(() -> SERIALIZER.fromBinary(bytes, "Piece"));
    }

    @Test
    void aFailureThatNeedsFactsTravelsAsWhatAClientHears() throws NotSerializableException {
        // Given
        Stopped letter = new Stopped(new StatementOutcome.Unreached(new SessionFailure.AccessDenied("not from there")));

        // When
        Stopped heard = (Stopped) SERIALIZER.fromBinary(SERIALIZER.toBinary(letter), "Stopped");

        // Then
        SessionFailure failure = ((StatementOutcome.Unreached) heard.outcome()).failure();
        assertThat(failure.sqlState()).isEqualTo("28000");
        assertThat(failure.clientText()).isEqualTo("not from there");
    }

    @Test
    void garbageIsRefusedWithoutHarm() {
        // Given
        Random random = new Random(4);
        List<String> manifests = letters()
                .map(SERIALIZER::manifest)
                .filter(name -> !name.equals("Piece"))
                .toList();
        int refused = 0;

        // When
        for (int round = 0; round < 20_000; round++) {
            byte[] garbage = new byte[random.nextInt(64)];
            random.nextBytes(garbage);
            try {
                SERIALIZER.fromBinary(garbage, manifests.get(round % manifests.size()));
            } catch (NotSerializableException expected) {
                refused++;
            }
        }

        // Then: nothing else was thrown, and only the shortest letters can be hit by chance
        assertThat(refused).isGreaterThan(19_000);
    }

    @Test
    void aLetterOfALaterReleaseIsRefused() {
        assertThatExceptionOfType(NotSerializableException.class)
                .isThrownBy(() -> SERIALIZER.fromBinary(new byte[0], "Later"));
    }

    @Test
    void arrivalsAreNotPrintedWhenTheyAreRefused() {
        byte[] bytes = SERIALIZER.toBinary(new Piece(1, ByteString.fromString("hush")));
        assertThatThrownBy(() -> SERIALIZER.fromBinary(bytes, "Stopped"))
                .isInstanceOf(NotSerializableException.class)
                .hasNoCause()
                .message()
                .doesNotContain("hush");
    }

    @Test
    void nothingElseIsForOtherNodes() {
        assertThatThrownBy(() -> SERIALIZER.toBinary("text")).isInstanceOf(IllegalArgumentException.class);
    }
}
