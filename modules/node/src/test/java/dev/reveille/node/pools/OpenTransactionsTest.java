package dev.reveille.node.pools;

import static dev.reveille.node.pools.PoolHouse.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.session.SessionId;
import dev.reveille.session.pool.ComputePools;
import dev.reveille.session.pool.PoolSettings;
import dev.reveille.session.pool.TransactionSettings;
import dev.reveille.session.pool.Transactions;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.TransactionAnswer;
import dev.reveille.session.statement.TransactionId;
import dev.reveille.session.statement.TransactionOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that stay open between requests. */
class OpenTransactionsTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private static Path temporary;

    private static PoolHouse house;

    private final ComputePools pools = house.pools(PoolSettings.DEFAULTS);
    private Transactions desk = Transactions.on(house.system, pools, new TransactionSettings(LONG, LONG, 2, 10));

    @BeforeAll
    static void open() throws Exception {
        house = new PoolHouse(temporary.resolve("data"), Duration.ofMinutes(10));
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static TransactionAnswer soon(CompletionStage<TransactionAnswer> answer) {
        return answer.toCompletableFuture()
                .orTimeout(Answer.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    private TransactionAnswer begins() {
        return soon(desk.begin(new TransactionOrder(
                SessionId.random(),
                house.key,
                Optional.of(house.keys),
                Optional.of("{\"sub\":\"alice\"}"),
                BatchOptions.DEFAULTS)));
    }

    private TransactionId begun() {
        return switch (begins()) {
            case TransactionAnswer.Begun(TransactionId id, Duration _, Duration _) -> id;
            case TransactionAnswer other -> throw new AssertionError(other.toString());
        };
    }

    private Answer runs(TransactionId id, String sql) {
        Answer answer = new Answer(true);
        answer.of(desk.run(id, house.order(sql), answer));
        return answer;
    }

    private String outside(String sql) {
        return run(pools, house.order(sql)).value();
    }

    @Test
    void whatIsCommittedIsThereAndTheConnectionServesOthers() {
        // Given
        run(pools, house.order("create table kept (a int)")).done();
        TransactionId id = begun();
        String pid = runs(id, "select pg_backend_pid()").value();
        runs(id, "insert into kept values (1)").done();
        String before = outside("select count(*) from kept");

        // When
        TransactionAnswer answer = soon(desk.commit(id, house.key));

        // Then
        assertThat(answer).isEqualTo(new TransactionAnswer.Ended(true));
        assertThat(before).isEqualTo("0");
        assertThat(outside("select count(*) from kept")).isEqualTo("1");
        assertThat(outside("select count(*) from pg_stat_activity where pid = " + pid))
                .isEqualTo("1");
        assertThat(desk.size()).isZero();
    }

    @Test
    void whatIsRolledBackIsNot() {
        // Given
        TransactionId id = begun();
        runs(id, "create table dropped (a int)").done();

        // When
        TransactionAnswer answer = soon(desk.rollback(id, house.key));

        // Then
        assertThat(answer).isEqualTo(new TransactionAnswer.Ended(false));
        assertThat(outside("select count(*) from pg_class where relname = 'dropped'"))
                .isEqualTo("0");
        assertThat(runs(id, "select 1").refusal()).isEqualTo("25P01");
    }

    @Test
    void afterAnErrorItCanOnlyBeRolledBack() {
        // Given
        TransactionId id = begun();
        String wrong = runs(id, "select 1/0").refusal();

        // When
        String next = runs(id, "select 1").refusal();
        TransactionAnswer answer = soon(desk.commit(id, house.key));

        // Then
        assertThat(wrong).isEqualTo("22012");
        assertThat(next).isEqualTo("25P02");
        assertThat(answer).isEqualTo(new TransactionAnswer.Ended(false));
    }

    @Test
    void theClaimsHoldForAllOfItAndForNobodyElse() {
        // Given
        TransactionId id = begun();
        runs(id, "select 1").done();

        // When
        String within = runs(id, "select current_setting('request.jwt.claims')").value();
        soon(desk.commit(id, house.key));

        // Then
        assertThat(within).isEqualTo("{\"sub\":\"alice\"}");
        assertThat(outside("select coalesce(current_setting('request.jwt.claims', true), '')"))
                .isEmpty();
    }

    @Test
    void oneStatementAtATime() {
        // Given
        TransactionId id = begun();
        Answer first = runs(id, "select pg_sleep(0.3)");

        // When
        String second = runs(id, "select 1").refusal();

        // Then
        assertThat(second).isEqualTo("55P03");
        first.done();
        soon(desk.rollback(id, house.key));
    }

    @Test
    void whoeverIsNotItsOwnerDoesNotKnowIt() {
        // Given
        TransactionId id = begun();
        TransactionId guessed =
                new TransactionId(id.handle(), TransactionId.fresh().secret());

        // When
        String withoutSecret = runs(guessed, "select 1").refusal();
        TransactionAnswer asAnother = soon(desk.commit(id, PoolHouse.key("demo", Map.of("application_name", "x"))));

        // Then
        assertThat(withoutSecret).isEqualTo("25P01");
        assertThat(asAnother).isEqualTo(new TransactionAnswer.Failed(unknown()));
        runs(id, "select 1").done();
        soon(desk.rollback(id, house.key));
    }

    @Test
    void oneThatNobodyUsesIsRolledBack() {
        // Given
        desk = Transactions.on(house.system, pools, new TransactionSettings(SHORT, LONG, 2, 10));
        TransactionId id = begun();
        String lock = "select count(*) from pg_locks where locktype = 'advisory'";
        runs(id, "select pg_advisory_xact_lock(9)").done();

        // When
        Awaitility.await().until(() -> desk.size() == 0);

        // Then
        assertThat(runs(id, "select 1").refusal()).isEqualTo("25P01");
        Awaitility.await().until(() -> outside(lock).equals("0"));
    }

    @Test
    void oneThatTakesTooLongIsCancelledAndRolledBack() {
        // Given
        desk = Transactions.on(house.system, pools, new TransactionSettings(LONG, SHORT, 2, 10));
        TransactionId id = begun();

        // When
        Answer slow = runs(id, "select pg_sleep(60)");

        // Then
        assertThat(slow.refusal()).isEqualTo("25P04");
        assertThat(runs(id, "select 1").refusal()).isEqualTo("25P01");
        assertThat(outside(
                        "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and state = 'active'"
                                + " and pid <> pg_backend_pid()"))
                .isEqualTo("0");
    }

    @Test
    void aCommitByHandEndsItToo() {
        // Given
        TransactionId id = begun();

        // When
        runs(id, "commit").done();

        // Then
        assertThat(runs(id, "select 1").refusal()).isEqualTo("25P01");
        assertThat(desk.size()).isZero();
    }

    @Test
    void aStatementThatIsGivenUpLeavesAFailedTransaction() {
        // Given
        TransactionId id = begun();
        Answer slow = runs(id, "select pg_sleep(60)");
        slow.origin.join();

        // When
        slow.run().cancel();

        // Then
        assertThat(slow.ends()).isEqualTo(new StatementOutcome.Cancelled());
        assertThat(runs(id, "select 1").refusal()).isEqualTo("25P02");
        assertThat(soon(desk.commit(id, house.key))).isEqualTo(new TransactionAnswer.Ended(false));
    }

    @Test
    void noMoreThanAllowedAreOpen() {
        // Given
        TransactionId first = begun();
        TransactionId second = begun();

        // When
        TransactionAnswer third = begins();
        soon(desk.rollback(first, house.key));
        TransactionId fourth = begun();

        // Then
        assertThat(third).isInstanceOf(TransactionAnswer.Failed.class);
        soon(desk.rollback(second, house.key));
        soon(desk.rollback(fourth, house.key));
    }

    @Test
    void itDoesNotSurviveItsBackend() {
        // Given
        TransactionId id = begun();
        String pid = runs(id, "select pg_backend_pid()").value();

        // When
        outside("select pg_terminate_backend(%s, 5000)".formatted(pid));

        // Then
        Answer next = runs(id, "select 1");
        assertThat(next.ends()).isInstanceOf(StatementOutcome.Refused.class);
        assertThat(runs(id, "select 1").refusal()).isEqualTo("25P01");
    }

    private static StatementOutcome unknown() {
        return new StatementOutcome.Refused(
                0, ErrorFields.of("ERROR", "25P01", "there is no such transaction (it may have timed out)"));
    }
}
