package dev.reveille.node.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import dev.reveille.session.statement.TransactionAnswer;
import dev.reveille.session.statement.TransactionId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes that die, come back or never were. */
class NodeLossTest {

    /** The first sign of life is waited for 1 s here. */
    private static final Duration PROMPTLY = Duration.ofSeconds(3);

    /** A silence of 2 s is one too long here. */
    private static final Duration WITHIN_THE_DEADLINE = Duration.ofSeconds(5);

    private static final int KNOCK_MILLIS = 500;

    private final List<Member> members = new ArrayList<>();
    private Member owner;
    private Member other;

    @AfterEach
    void close() {
        members.reversed().forEach(Member::close);
    }

    @Test
    void aResultOfANodeThatDiesIsLostAndNotCutShort() {
        // Given
        two(Member.QUICK);
        TransactionId transaction = Orders.begin(owner.desk);
        Heard heard = new Heard();
        CompletableFuture<StatementRun> run = new CompletableFuture<>();
        heard.onRow = _ -> run.join().pause();
        run.complete(other.desk.run(transaction, Orders.of("flood 20000 1000"), heard));
        Awaitility.await().until(() -> heard.rows.get() > 0);

        // When
        owner.crash();
        run.join().resume();

        // Then
        String end = within(WITHIN_THE_DEADLINE, () -> Orders.sqlState(heard.end()));
        assertThat(end).isEqualTo("lost 08006");
        assertThat(heard.rows.get()).isLessThan(20_000);
        assertThat(heard.events).doesNotContain("called at a bad time", "ended again");
    }

    @Test
    void aStatementWhoseAskerDiesIsCancelled() {
        // Given
        two(Member.QUICK);
        Heard heard = Orders.run(other.desk, Orders.begin(owner.desk), "hang");
        Awaitility.await().until(() -> !owner.own.runs.isEmpty());

        // When
        other.crash();

        // Then
        Awaitility.await()
                .atMost(WITHIN_THE_DEADLINE)
                .until(() -> owner.own.runs.element().cancelled.isDone());
        assertThat(heard.end()).isInstanceOf(StatementOutcome.Lost.class);
        assertThat(other.desk.underWay()).isZero();
    }

    @Test
    void aTransactionOfANodeThatDiedIsUnknownSoon() {
        // Given
        two(Member.QUICK);
        TransactionId transaction = Orders.begin(owner.desk);
        owner.crash();

        // When
        String run = within(
                PROMPTLY,
                () -> Orders.sqlState(
                        Orders.run(other.desk, transaction, "select").end()));
        String commit =
                within(PROMPTLY, () -> Orders.sqlState(Orders.answer(other.desk.commit(transaction, Orders.POOL))));

        // Then
        assertThat(run).isEqualTo("25P01");
        assertThat(commit).isEqualTo("25P01");
    }

    @Test
    void aCommitThatADyingNodeHadBegunIsLost() {
        // Given
        two(Member.QUICK);
        TransactionId transaction = Orders.begin(owner.desk);
        owner.own.endsMayEnd = new CompletableFuture<>();
        CompletionStage<TransactionAnswer> commit = other.desk.commit(transaction, Orders.POOL);
        Awaitility.await().until(() -> !owner.own.ends.isEmpty());

        // When
        owner.crash();

        // Then
        assertThat(within(WITHIN_THE_DEADLINE, () -> Orders.sqlState(Orders.answer(commit))))
                .isEqualTo("lost 08006");
    }

    @Test
    void whoeverCameToTheAddressOfANodeThatDiedHasNothingToDoWithItsTransactions() {
        // Given
        two(Member.QUICK);
        TransactionId transaction = Orders.begin(other.desk);
        int port = other.port();
        other.crash();
        Cluster.get(owner.system)
                .manager()
                .tell(new Down(Cluster.get(other.system).selfMember().address()));
        owner.sees(1);
        Member another = Member.at(port, owner, Member.QUICK);
        members.add(another);
        owner.sees(2);

        // When
        String state = within(
                PROMPTLY,
                () -> Orders.sqlState(
                        Orders.run(owner.desk, transaction, "select").end()));
        String there =
                Orders.sqlState(Orders.run(another.desk, transaction, "select").end());

        // Then
        assertThat(state).isEqualTo("25P01");
        assertThat(there).isEqualTo("25P01");
        assertThat(another.own.orders).isEmpty();
        assertThat(Orders.sqlState(Orders.run(owner.desk, Orders.begin(another.desk), "select")
                        .end()))
                .isEqualTo("Done");
    }

    @Test
    void aNameThatSomebodyMadeUpLeadsNowhere() throws IOException {
        // Given
        owner = add(Member.founder(Member.QUICK));
        try (ServerSocket stranger = stranger()) {
            TransactionId forged = new PlacedId(
                            TransactionId.fresh(), NodePlace.of("127.0.0.1:" + stranger.getLocalPort(), 7))
                    .outer();

            // When
            String state =
                    Orders.sqlState(Orders.run(owner.desk, forged, "select").end());

            // Then
            assertThat(state).isEqualTo("25P01");
            nobodyKnocksAt(stranger);
        }
    }

    @Test
    void anAskerWhoIsNoMemberIsNotAnswered() throws IOException {
        // Given
        two(Member.QUICK);
        try (ServerSocket stranger = stranger()) {
            ActorRef<Letter.ToGuest> guest = ActorRefResolver.get(other.system)
                    .resolveActorRef(
                            "pekko://reveille@127.0.0.1:%d/system/transactions/$a".formatted(stranger.getLocalPort()));
            PlacedId transaction = PlacedId.of(Orders.begin(owner.desk)).orElseThrow();
            ActorRef<Letter.ToPost> post = new Members(other.system)
                    .post(transaction.place().address())
                    .orElseThrow();

            // When
            post.tell(new Letter.Knock(transaction.place().incarnation(), 10, guest));

            // Then
            nobodyKnocksAt(stranger);
        }
    }

    @Test
    void aNodeThatIsOnlyJustJoiningSaysThatItMayPass() {
        // Given
        TransactionId elsewhere = new PlacedId(TransactionId.fresh(), NodePlace.of("10.0.0.7:25520", 7)).outer();
        RoutedTransactions joining =
                new RoutedTransactions(new ScriptedDesk(), Optional.of("10.0.0.8:25520"), true, Member.QUICK);
        RoutedTransactions alone = new RoutedTransactions(new ScriptedDesk(), Optional.empty(), false, Member.QUICK);

        // Then
        assertThat(Orders.sqlState(Orders.answer(joining.commit(elsewhere, Orders.POOL))))
                .isEqualTo("unreached 57P03");
        assertThat(Orders.sqlState(Orders.run(joining, elsewhere, "select").end()))
                .isEqualTo("unreached 57P03");
        assertThat(Orders.sqlState(Orders.answer(alone.commit(elsewhere, Orders.POOL))))
                .isEqualTo("25P01");
    }

    @Test
    void aNodeThatIsNoMemberServesItsOwnTransactions() {
        // Given
        RoutedTransactions desk = new RoutedTransactions(new ScriptedDesk(), Optional.empty(), true, Member.QUICK);

        // When
        TransactionId transaction = Orders.begin(desk);

        // Then
        assertThat(Orders.run(desk, transaction, "select").end()).isEqualTo(new StatementOutcome.Done());
        assertThat(Orders.sqlState(Orders.answer(desk.commit(transaction, Orders.POOL))))
                .isEqualTo("committed");
    }

    @Test
    void aNameWithoutAPlaceIsOfNoTransaction() {
        // Given
        ScriptedDesk own = new ScriptedDesk();
        RoutedTransactions desk = new RoutedTransactions(own, Optional.empty(), true, Member.QUICK);
        TransactionId inner = PlacedId.of(Orders.begin(desk)).orElseThrow().inner();

        // Then
        for (String handle :
                List.of(inner.handle(), "~", "~" + "A".repeat(22), inner.handle() + "~A", "a~" + "-".repeat(22))) {
            TransactionId name = new TransactionId(handle, inner.secret());
            assertThat(Orders.sqlState(Orders.run(desk, name, "select").end()))
                    .as(handle)
                    .isIn("25P01", "unreached 57P03");
        }
        assertThat(own.orders).isEmpty();
    }

    @Test
    void whatIsMoreThanANodeMayAskOfOthersIsRefused() {
        // Given
        two(few(1));
        StatementRun first = other.desk.run(Orders.begin(owner.desk), Orders.of("hang"), new Heard());

        // When
        String second = Orders.sqlState(
                Orders.run(other.desk, Orders.begin(owner.desk), "select").end());

        // Then
        assertThat(second).isEqualTo("unreached 53300");
        first.cancel();
        Awaitility.await().until(() -> other.desk.underWay() == 0);
        assertThat(Orders.run(other.desk, Orders.begin(owner.desk), "select").end())
                .isEqualTo(new StatementOutcome.Done());
    }

    @Test
    void whatIsMoreThanANodeMayDoForOthersIsRefused() {
        // Given
        owner = add(Member.founder(few(1)));
        other = add(Member.of(owner, Member.QUICK));
        owner.sees(2);
        other.sees(2);
        Heard first = new Heard();
        StatementRun run = other.desk.run(Orders.begin(owner.desk), Orders.of("hang"), first);
        Awaitility.await().until(() -> !owner.own.runs.isEmpty());

        // When
        String second = Orders.sqlState(
                Orders.run(other.desk, Orders.begin(owner.desk), "select").end());

        // Then
        assertThat(second).isEqualTo("unreached 53300");
        run.cancel();
        first.end();
        Awaitility.await()
                .until(() -> Orders.run(other.desk, Orders.begin(owner.desk), "select")
                        .end()
                        .equals(new StatementOutcome.Done()));
    }

    private static RoutingLimits few(int runs) {
        RoutingLimits quick = Member.QUICK;
        return new RoutingLimits(
                quick.firstSignMax(),
                quick.pulse(),
                quick.silenceMax(),
                quick.totalMax(),
                quick.pieceBytes(),
                quick.window(),
                runs,
                quick.wishBytesMax(),
                quick.wishesBytesMax());
    }

    private void two(RoutingLimits limits) {
        owner = add(Member.founder(limits));
        other = add(Member.of(owner, limits));
        owner.sees(2);
        other.sees(2);
    }

    private Member add(Member member) {
        members.add(member);
        return member;
    }

    private static ServerSocket stranger() throws IOException {
        ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        stranger.setSoTimeout(KNOCK_MILLIS);
        return stranger;
    }

    private static void nobodyKnocksAt(ServerSocket stranger) {
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(stranger::accept);
    }

    private interface Question {
        String answer();
    }

    private static String within(Duration longest, Question question) {
        long begun = System.nanoTime();
        String answer = question.answer();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(longest);
        return answer;
    }
}
