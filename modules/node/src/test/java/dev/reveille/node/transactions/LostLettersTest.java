package dev.reveille.node.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.node.transactions.Letter.Bye;
import dev.reveille.node.transactions.Letter.Cancel;
import dev.reveille.node.transactions.Letter.Knock;
import dev.reveille.node.transactions.Letter.Piece;
import dev.reveille.node.transactions.Letter.Pulse;
import dev.reveille.node.transactions.Letter.Stopped;
import dev.reveille.node.transactions.Letter.ToGuest;
import dev.reveille.node.transactions.Letter.ToHost;
import dev.reveille.node.transactions.Letter.ToPost;
import dev.reveille.node.transactions.Letter.Welcome;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.TransactionId;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Letters between nodes can get lost; a guest and a host each face a probe that loses some. */
class LostLettersTest {

    private static final ActorTestKit KIT = ActorTestKit.create("letters", ManualTime.config());
    private static final ManualTime TIME = ManualTime.get(KIT.system());
    private static final RoutingLimits LIMITS = Member.QUICK;
    private static final ByteString ANSWER = answer();

    /** Bytes of the row in that answer, and of the two events behind it. */
    private static final int ROW = ResultCode.HEADER_BYTES + 3;

    private static final int BEHIND_THE_ROW = 2 * ResultCode.HEADER_BYTES + "SELECT 1".length() + 1;

    private final ScriptedDesk desk = new ScriptedDesk();
    private final Heard heard = new Heard();
    private final RemoteRun run = new RemoteRun(new RemoteResult.OfStatement(heard), Orders.ROW_MAX, _ -> {});
    private TransactionId transaction;

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void begin() {
        transaction = Orders.begin(desk);
    }

    // ---- a guest ----

    @Test
    void aGuestHearsAnAnswerThatComesInManyPieces() {
        // Given
        TestProbe<ToHost> host = KIT.createTestProbe();
        ActorRef<ToGuest> guest = welcomed(Orders.of("select"), host, 4);

        // When
        for (int at = 0; at < ANSWER.size(); at++) {
            guest.tell(new Piece(at, ANSWER.slice(at, at + 1)));
            int next = at + 1;
            if (next < ANSWER.size() && next % 2 == 0) {
                host.fishForMessage(
                        Member.PATIENCE,
                        letter -> letter instanceof Pulse(int _, int upTo) && upTo > next
                                ? FishingOutcomes.complete()
                                : FishingOutcomes.continueAndIgnore());
            }
        }

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Done());
        assertThat(heard.events).containsExactly("reached WOKEN", "fields größe", "completed SELECT 1");
        assertThat(heard.rowBytes).hasValue(3);
        hears(host, new Bye());
    }

    @Test
    void aPieceThatIsMissingIsALoss() {
        // Given: a row alone in a piece, so that without it all would look well
        TestProbe<ToHost> host = KIT.createTestProbe();
        ActorRef<ToGuest> guest = welcomed(Orders.of("select"), host, 4);

        // When
        guest.tell(new Piece(0, ANSWER.dropRight(BEHIND_THE_ROW + ROW)));
        guest.tell(new Piece(2, ANSWER.takeRight(BEHIND_THE_ROW)));

        // Then
        assertThat(Orders.sqlState(heard.end())).isEqualTo("lost 08006");
        hears(host, new Cancel());
    }

    @Test
    void aLastPieceThatIsMissingIsALoss() {
        // Given
        TestProbe<ToHost> host = KIT.createTestProbe();
        ActorRef<ToGuest> guest = welcomed(Orders.of("select"), host, 4);

        // When
        guest.tell(new Piece(0, ANSWER.take(5)));
        guest.tell(new Pulse(2, 4));

        // Then
        assertThat(Orders.sqlState(heard.end())).isEqualTo("lost 08006");
    }

    @Test
    void aHostThatMakesNoSenseIsALoss() {
        // Given
        TestProbe<ToHost> host = KIT.createTestProbe();
        ActorRef<ToGuest> guest = welcomed(Orders.of("select"), host, 4);

        // When
        guest.tell(new Piece(0, ByteString.fromString("hello, this is somebody else")));

        // Then
        assertThat(Orders.sqlState(heard.end())).isEqualTo("lost 08006");
    }

    @Test
    void aHostThatFallsSilentIsLost() {
        // Given
        TestProbe<ToHost> host = KIT.createTestProbe();
        welcomed(Orders.of("select"), host, 4);

        // When
        TIME.timePasses(LIMITS.silenceMax());
        assertThat(heard.ended).isNotDone();
        TIME.timePasses(LIMITS.pulse());

        // Then
        assertThat(Orders.sqlState(heard.end())).isEqualTo("lost 08006");
    }

    @Test
    void aHostThatLetsItsPulseBeHeardIsNotLost() {
        // Given
        TestProbe<ToHost> host = KIT.createTestProbe();
        ActorRef<ToGuest> guest = welcomed(Orders.of("select"), host, 4);

        // When
        for (int round = 0; round < 10; round++) {
            TIME.timePasses(LIMITS.silenceMax());
            guest.tell(new Pulse(0, 4));
        }

        // Then
        host.fishForMessage(
                Member.PATIENCE,
                letter -> letter instanceof Pulse ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
        assertThat(heard.ended).isNotDone();
    }

    @Test
    void whatWasNotToldCompletelyWasNotBegun() {
        // Given
        TestProbe<ToHost> host = KIT.createTestProbe();
        welcomed(large(), host, 1);

        // When
        TIME.timePasses(LIMITS.silenceMax().plus(LIMITS.pulse()));

        // Then
        assertThat(Orders.sqlState(heard.end())).isEqualTo("unreached 57P03");
    }

    @Test
    void anOwnerThatDoesNotListenHasNoSuchTransaction() {
        // Given
        TestProbe<ToPost> post = KIT.createTestProbe();
        KIT.spawn(Guest.create(run, new Wish.Run(transaction, Orders.of("select")), post.getRef(), 7, LIMITS));
        post.expectMessageClass(Knock.class);

        // When
        TIME.timePasses(LIMITS.firstSignMax());

        // Then
        assertThat(Orders.sqlState(heard.end())).isEqualTo("25P01");
    }

    @Test
    void aCancelIsSaidAgainUntilItIsAnswered() {
        // Given
        TestProbe<ToHost> host = KIT.createTestProbe();
        ActorRef<ToGuest> guest = welcomed(Orders.of("select"), host, 4);

        // When
        run.cancel();
        hears(host, new Cancel());
        TIME.timePasses(LIMITS.pulse());
        hears(host, new Cancel());
        guest.tell(new Stopped(new StatementOutcome.Cancelled()));

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Cancelled());
        hears(host, new Bye());
    }

    @Test
    void aCancelThatCameBeforeTheGuestIsHeard() {
        // Given
        TestProbe<ToPost> post = KIT.createTestProbe();
        run.cancel();

        // When
        KIT.spawn(Guest.create(run, new Wish.Run(transaction, Orders.of("select")), post.getRef(), 7, LIMITS));

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Cancelled());
    }

    @Test
    void aWishIsNotTakenUpAfterItsTimeInAll() {
        // Given
        TestProbe<ToHost> host = KIT.createTestProbe();
        ActorRef<ToGuest> guest = welcomed(Orders.of("select"), host, 4);

        // When
        for (int round = 0; round < 60; round++) {
            TIME.timePasses(LIMITS.totalMax().dividedBy(60));
            guest.tell(new Pulse(0, 4));
        }

        // Then
        assertThat(Orders.sqlState(heard.end())).isEqualTo("lost 08006");
    }

    // ---- a host ----

    @Test
    void aHostCarriesOutAWishThatComesInManyPieces() {
        // Given
        TestProbe<ToGuest> guest = KIT.createTestProbe();
        ByteString wish = wish("select");
        ActorRef<ToHost> host = invited(wish.size(), guest);

        // When
        host.tell(new Pulse(0, 4));
        host.tell(new Piece(0, wish.take(10)));
        host.tell(new Piece(1, wish.drop(10)));

        // Then
        guest.fishForMessage(
                Member.PATIENCE,
                letter -> letter instanceof Piece ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
        assertThat(desk.orders).hasSize(1);
    }

    @Test
    void aWishWithAHoleIsNotBegun() {
        // Given
        TestProbe<ToGuest> guest = KIT.createTestProbe();
        ByteString wish = wish("select");
        ActorRef<ToHost> host = invited(wish.size(), guest);

        // When
        host.tell(new Piece(0, wish.take(10)));
        host.tell(new Piece(2, wish.drop(10)));

        // Then
        refused(guest);
    }

    @Test
    void aWishWhoseEndIsMissingIsNotBegun() {
        // Given
        TestProbe<ToGuest> guest = KIT.createTestProbe();
        ActorRef<ToHost> host = invited(wish("select").size(), guest);

        // When
        host.tell(new Piece(0, wish("select").take(10)));
        host.tell(new Pulse(2, 4));

        // Then
        refused(guest);
    }

    @Test
    void aWishThatIsLongerThanItWasSaidToBeIsNotBegun() {
        // Given
        TestProbe<ToGuest> guest = KIT.createTestProbe();
        ActorRef<ToHost> host = invited(wish("select").size() - 1, guest);

        // When
        host.tell(new Piece(0, wish("select")));

        // Then
        refused(guest);
    }

    @Test
    void aWishThatMakesNoSenseIsOfNoTransaction() {
        // Given
        TestProbe<ToGuest> guest = KIT.createTestProbe();
        ActorRef<ToHost> host = invited(100, guest);

        // When
        host.tell(new Piece(0, ByteString.fromArrayUnsafe(new byte[100])));

        // Then
        guest.expectMessage(new Letter.TurnedAway(Letter.Reason.UNKNOWN));
        guest.expectTerminated(host);
    }

    @Test
    void aGuestThatFallsSilentHasItsStatementCancelled() {
        // Given
        TestProbe<ToGuest> guest = KIT.createTestProbe();
        ActorRef<ToHost> host = invited(wish("hang").size(), guest);
        host.tell(new Piece(0, wish("hang")));
        Awaitility.await().until(() -> !desk.runs.isEmpty());

        // When
        TIME.timePasses(LIMITS.silenceMax());
        assertThat(desk.runs.element().cancelled).isNotDone();
        TIME.timePasses(LIMITS.pulse());

        // Then
        guest.expectTerminated(host);
        assertThat(desk.runs.element().cancelled).isDone();
    }

    @Test
    void noMoreIsSentThanTheGuestTakes() {
        // Given
        TestProbe<ToGuest> guest = KIT.createTestProbe();
        ByteString wish = wish("flood 20000 1000");
        ActorRef<ToHost> host = invited(wish.size(), guest);
        host.tell(new Pulse(0, 2));

        // When
        host.tell(new Piece(0, wish));
        Awaitility.await().until(() -> !desk.runs.isEmpty() && desk.runs.element().paused);

        // Then
        assertThat(guest.expectMessageClass(Piece.class).number()).isZero();
        assertThat(guest.expectMessageClass(Piece.class).number()).isEqualTo(1);
        guest.expectNoMessage();
        assertThat(desk.flooded.get()).isLessThan(4 * 1024 * 1024);
    }

    @Test
    void aCancelThatIsSaidAgainIsAnsweredAgain() {
        // Given
        TestProbe<ToGuest> guest = KIT.createTestProbe();
        ActorRef<ToHost> host = invited(wish("hang").size(), guest);
        host.tell(new Piece(0, wish("hang")));
        Awaitility.await().until(() -> !desk.runs.isEmpty());

        // When
        host.tell(new Cancel());
        guest.expectMessage(new Stopped(new StatementOutcome.Cancelled()));
        host.tell(new Cancel());

        // Then
        guest.expectMessage(new Stopped(new StatementOutcome.Cancelled()));
        host.tell(new Bye());
        guest.expectTerminated(host);
    }

    @Test
    void anEndThatIsLargerThanALetterIsToldAsACancel() {
        // Given
        TestProbe<ToGuest> guest = KIT.createTestProbe();
        ActorRef<ToHost> host = invited(wish("hang with an error").size(), guest);
        host.tell(new Piece(0, wish("hang with an error")));
        Awaitility.await().until(() -> !desk.runs.isEmpty());

        // When
        host.tell(new Cancel());

        // Then
        guest.expectMessage(new Stopped(new StatementOutcome.Cancelled()));
    }

    private ActorRef<ToGuest> welcomed(StatementOrder order, TestProbe<ToHost> host, int upTo) {
        TestProbe<ToPost> post = KIT.createTestProbe();
        KIT.spawn(Guest.create(run, new Wish.Run(transaction, order), post.getRef(), 7, LIMITS));
        ActorRef<ToGuest> guest = post.expectMessageClass(Knock.class).guest();
        guest.tell(new Welcome(upTo, host.getRef()));
        host.expectMessageClass(Pulse.class);
        host.expectMessageClass(Piece.class);
        return guest;
    }

    private ActorRef<ToHost> invited(int length, TestProbe<ToGuest> guest) {
        KIT.spawn(Host.create(desk, length, guest.getRef(), LIMITS));
        return guest.expectMessageClass(Welcome.class).host();
    }

    private void refused(TestProbe<ToGuest> guest) {
        assertThat(Orders.sqlState(guest.expectMessageClass(Stopped.class).outcome()))
                .isEqualTo("unreached 57P03");
        assertThat(desk.orders).isEmpty();
    }

    private static void hears(TestProbe<ToHost> host, ToHost expected) {
        host.fishForMessage(
                Member.PATIENCE,
                letter -> letter.equals(expected) ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
    }

    private ByteString wish(String sql) {
        return WishCode.encode(new Wish.Run(transaction, Orders.of(sql)));
    }

    private static StatementOrder large() {
        return Orders.of(
                new Statement("select $1", List.of(Optional.of(Orders.bytes(200_000)))),
                Optional.empty(),
                Optional.empty());
    }

    private static ByteString answer() {
        Results results = new Results(LIMITS.pieceBytes(), LIMITS.heldBytes(), () -> {});
        results.reached(Heard.Origin.WOKEN);
        results.fields(0, Optional.of(ScriptedDesk.COLUMNS));
        results.row(0, new byte[] {1, 2, 3}, 0, 3);
        results.completed(0, "SELECT 1");
        results.ended(new StatementOutcome.Done());
        return results.take();
    }
}
