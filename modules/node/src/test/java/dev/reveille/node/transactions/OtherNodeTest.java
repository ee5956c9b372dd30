package dev.reveille.node.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.RoleName;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import dev.reveille.session.statement.TransactionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that reach another node than the one where their transaction is. */
class OtherNodeTest {

    private static final int MIB = 1024 * 1024;

    /** What may wait on both sides and under way, and some: far less than the results here. */
    private static final long BOUND = 2L * MIB;

    private static Member owner;
    private static Member other;

    private TransactionId transaction;

    @BeforeAll
    static void start() {
        owner = Member.founder(Member.QUICK);
        other = Member.of(owner, Member.QUICK);
        owner.sees(2);
        other.sees(2);
    }

    @AfterAll
    static void stop() {
        other.close();
        owner.close();
    }

    @BeforeEach
    void begin() {
        owner.own.orders.clear();
        owner.own.ends.clear();
        owner.own.runs.clear();
        owner.own.flooded.set(0);
        transaction = Orders.begin(owner.desk);
    }

    @Test
    void aStatementIsCarriedOutWhereItsTransactionIs() {
        // Given
        StatementOrder order = Orders.of(
                new Statement(
                        "insert into größe values ($1, $2)",
                        List.of(Optional.of(ByteString.fromString("a row")), Optional.empty())),
                Optional.of("{\"sub\":\"7\"}"),
                Optional.of(Duration.ofMillis(1_500)));
        Heard heard = new Heard();

        // When
        other.desk.run(transaction, order, heard);

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Done());
        assertThat(heard.events).containsExactly("reached POOLED", "fields größe", "completed SELECT 1");
        assertThat(heard.rowBytes).hasValue("a row".length());
        assertThat(owner.own.orders).containsExactly(order);
        assertThat(other.own.orders).isEmpty();
    }

    @Test
    void whereItBeganNothingIsSent() {
        // When
        Heard heard = Orders.run(owner.desk, transaction, "select");

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Done());
        assertThat(owner.desk.underWay()).isZero();
    }

    @Test
    void aCommitThroughAnotherNodeCommits() {
        // When
        String committed = Orders.sqlState(Orders.answer(other.desk.commit(transaction, Orders.POOL)));
        String again = Orders.sqlState(Orders.answer(other.desk.commit(transaction, Orders.POOL)));

        // Then
        assertThat(committed).isEqualTo("committed");
        assertThat(again).isEqualTo("25P01");
        assertThat(owner.own.ends).containsExactly("commit");
    }

    @Test
    void aRollbackThroughAnotherNodeRollsBack() {
        assertThat(Orders.sqlState(Orders.answer(other.desk.rollback(transaction, Orders.POOL))))
                .isEqualTo("rolled back");
        assertThat(owner.own.ends).containsExactly("rollback");
    }

    @Test
    void aRefusalOfTheComputeTravels() {
        assertThat(Orders.run(other.desk, transaction, "fail").end()).isEqualTo(new StatementOutcome.RowTooLong(0, 7));
    }

    @Test
    void theOwnerKnowsItOnlyForItsPool() {
        // Given
        PoolKey somebodyElses = new PoolKey(
                Orders.POOL.endpoint(), Orders.POOL.database(), new RoleName("mallory"), Orders.POOL.parameters());

        // When
        String answer = Orders.sqlState(Orders.answer(other.desk.commit(transaction, somebodyElses)));

        // Then
        assertThat(answer).isEqualTo("25P01");
        assertThat(owner.own.ends).isEmpty();
    }

    @Test
    void theOwnerKnowsItOnlyByItsSecret() {
        // Given
        TransactionId guessed =
                new TransactionId(transaction.handle(), TransactionId.fresh().secret());

        // Then
        assertThat(Orders.sqlState(Orders.run(other.desk, guessed, "select").end()))
                .isEqualTo("25P01");
    }

    @Test
    void theOwnerKnowsItOnlyInTheLifeItBeganIn() {
        // Given
        PlacedId placed = PlacedId.of(transaction).orElseThrow();
        NodePlace formerLife =
                new NodePlace(placed.place().address(), placed.place().incarnation() + 1);

        // When
        TransactionId name = new PlacedId(placed.inner(), formerLife).outer();

        // Then
        assertThat(Orders.sqlState(Orders.run(other.desk, name, "select").end()))
                .isEqualTo("25P01");
        assertThat(Orders.sqlState(Orders.run(owner.desk, name, "select").end()))
                .isEqualTo("25P01");
        assertThat(owner.own.orders).isEmpty();
    }

    @Test
    void aStatementAndARowOfManyMegabytesArriveWhole() {
        // Given
        ByteString large = Orders.bytes(40 * MIB);
        Heard heard = new Heard();

        // When
        other.desk.run(
                transaction,
                Orders.of(new Statement("select $1", List.of(Optional.of(large))), Optional.empty(), Optional.empty()),
                heard);

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Done());
        assertThat(heard.rows).hasValue(1);
        assertThat(heard.rowSum.getValue()).isEqualTo(sum(large.toArray()));
    }

    @Test
    void aStatementThatIsLongerThanAnyMayBeIsRefused() {
        // Given
        ByteString tooLarge = ByteString.fromArrayUnsafe(new byte[Member.QUICK.wishBytesMax()]);
        Heard heard = new Heard();

        // When
        other.desk.run(
                transaction,
                Orders.of(
                        new Statement("select $1", List.of(Optional.of(tooLarge))), Optional.empty(), Optional.empty()),
                heard);

        // Then
        assertThat(Orders.sqlState(heard.end())).isEqualTo("54000");
    }

    @Test
    void aLongResultArrivesWholeAndInOrder() {
        // When
        Heard heard = Orders.run(other.desk, transaction, "flood 20000 1000");

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Done());
        assertThat(heard.rows).hasValue(20_000);
        CRC32 expected = new CRC32();
        byte[] row = new byte[1_000];
        for (int at = 0; at < 20_000; at++) {
            Arrays.fill(row, (byte) at);
            expected.update(row);
        }
        assertThat(heard.rowSum.getValue()).isEqualTo(expected.getValue());
        assertThat(heard.events).last().isEqualTo("completed SELECT 20000");
    }

    @Test
    void aResultWaitsAtItsSourceForACallerWhoIsSlow() {
        // Given: a caller who pauses after each megabyte
        Heard heard = new Heard();
        CompletableFuture<StatementRun> run = new CompletableFuture<>();
        List<Long> excesses = new ArrayList<>();
        heard.onRow = bytes -> {
            if (bytes % (1_000 * 1_000) == 0) {
                StatementRun running = run.join();
                running.pause();
                CompletableFuture.delayedExecutor(30, TimeUnit.MILLISECONDS).execute(() -> {
                    synchronized (excesses) {
                        excesses.add(owner.own.flooded.get() - heard.rowBytes.get());
                    }
                    running.resume();
                });
            }
        };

        // When
        run.complete(other.desk.run(transaction, Orders.of("flood 20000 1000"), heard));

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Done());
        assertThat(heard.rows).hasValue(20_000);
        assertThat(excesses)
                .hasSizeGreaterThan(10)
                .allSatisfy(excess -> assertThat(excess).isLessThan(BOUND));
    }

    @Test
    void aCancelReachesTheStatement() {
        // Given
        Heard heard = new Heard();
        StatementRun run = other.desk.run(transaction, Orders.of("hang"), heard);
        ScriptedDesk.Running running = runs(1).getFirst();

        // When
        run.cancel();

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Cancelled());
        assertThat(running.cancelled).isDone();
    }

    @Test
    void aCancelEndsAResultThatNobodyReads() {
        // Given
        Heard heard = new Heard();
        CompletableFuture<StatementRun> run = new CompletableFuture<>();
        heard.onRow = _ -> run.join().pause();
        run.complete(other.desk.run(transaction, Orders.of("flood 20000 1000"), heard));
        Awaitility.await().until(() -> !runs(1).isEmpty() && runs(1).getFirst().paused);

        // When
        run.join().cancel();

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Cancelled());
        assertThat(runs(1).getFirst().paused).isFalse();
    }

    @Test
    void aCancelBeforeTheOwnerListensEndsAtOnce() {
        // Given
        Heard heard = new Heard();

        // When
        other.desk.run(transaction, Orders.of("hang"), heard).cancel();

        // Then
        assertThat(heard.end()).isEqualTo(new StatementOutcome.Cancelled());
        Awaitility.await().until(() -> owner.own.runs.stream().allMatch(running -> running.cancelled.isDone()));
    }

    @Test
    void aHundredStatementsAtOnceAreAllCarriedOut() {
        // Given
        List<Heard> all = new ArrayList<>();

        // When
        for (int number = 0; number < 100; number++) {
            all.add(Orders.run(
                    number % 2 == 0 ? other.desk : owner.desk,
                    Orders.begin(number % 2 == 0 ? owner.desk : other.desk),
                    "flood 300 1000"));
        }

        // Then
        assertThat(all).allSatisfy(heard -> {
            assertThat(heard.end()).isEqualTo(new StatementOutcome.Done());
            assertThat(heard.rows).hasValue(300);
            assertThat(heard.events).doesNotContain("called at a bad time", "ended again");
        });
        assertThat(other.desk.underWay()).isZero();
    }

    private static List<ScriptedDesk.Running> runs(int count) {
        Awaitility.await().until(() -> owner.own.runs.size() >= count);
        return List.copyOf(owner.own.runs);
    }

    private static long sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }
}
