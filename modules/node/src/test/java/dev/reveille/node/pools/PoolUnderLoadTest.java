package dev.reveille.node.pools;

import static dev.reveille.node.pools.PoolHouse.run;
import static dev.reveille.node.pools.PoolHouse.statement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.session.SessionFailure;
import dev.reveille.session.SessionId;
import dev.reveille.session.pool.ComputePools;
import dev.reveille.session.pool.PoolSettings;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once, callers who go away, backends that die, and things that are large. */
class PoolUnderLoadTest {

    private static final int RACES = 1_000;

    @TempDir
    private static Path temporary;

    private static PoolHouse house;

    private ComputePools pools = house.pools(PoolSettings.DEFAULTS);

    @BeforeAll
    static void open() throws Exception {
        house = new PoolHouse(temporary.resolve("data"), Duration.ofMinutes(10));
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private static PoolSettings settings(int connectionsMax, Duration waitMax, int waitersMax) {
        PoolSettings defaults = PoolSettings.DEFAULTS;
        return new PoolSettings(
                connectionsMax,
                defaults.idleMaxOfEndpoint(),
                defaults.idleMaxOfNode(),
                defaults.idleMax(),
                waitMax,
                waitersMax,
                defaults.useHold(),
                defaults.resetMax(),
                defaults.cancelWait(),
                defaults.messageLengthMax());
    }

    private String value(String sql) {
        return run(pools, house.order(sql)).value();
    }

    @Test
    void twoHundredAtOnceShareAFewConnections() {
        // Given
        pools = house.pools(settings(16, Duration.ofSeconds(20), 1_000));

        // When
        List<Answer> answers = new ArrayList<>();
        for (int each = 0; each < 200; each++) {
            answers.add(run(
                    pools, house.order("select count(*) from pg_stat_activity, pg_sleep(0.01) where usename = 'app'")));
        }

        // Then
        answers.forEach(Answer::done);
        assertThat(pools.counters().opened()).isLessThanOrEqualTo(16);
        assertThat(pools.counters().waits()).isPositive();
    }

    @Test
    void whoWaitsTooLongHearsThatItIsTooMuch() {
        // Given
        pools = house.pools(settings(1, Duration.ofMillis(200), 1));
        Answer first = run(pools, house.order("select pg_sleep(1)"));
        first.origin.join();

        // When
        Answer waiting = run(pools, house.order("select 1"));
        Answer oneTooMany = run(pools, house.order("select 1"));

        // Then
        StatementOutcome tooMany = new StatementOutcome.Unreached(SessionFailure.Plain.TOO_MANY_STATEMENTS);
        assertThat(oneTooMany.ends()).isEqualTo(tooMany);
        assertThat(waiting.ends()).isEqualTo(tooMany);
        first.done();
        assertThat(pools.counters().refusals()).isEqualTo(2);
        assertThat(pools.counters().waiting()).isZero();
    }

    @Test
    void whoGoesAwayWhileWaitingFreesHisPlace() {
        // Given
        pools = house.pools(settings(1, Duration.ofSeconds(20), 1));
        Answer first = run(pools, house.order("select pg_sleep(1)"));
        first.origin.join();
        Answer waiting = run(pools, house.order("select 1"));

        // When
        waiting.run().cancel();

        // Then
        assertThat(waiting.ends()).isEqualTo(new StatementOutcome.Cancelled());
        run(pools, house.order("select 1")).done();
        assertThat(pools.counters().waiting()).isZero();
    }

    @Test
    void anIdleConnectionOfAnotherKindMakesRoom() {
        // Given
        pools = house.pools(settings(1, Duration.ofSeconds(20), 10));
        String pid = value("select pg_backend_pid()");

        // When
        Answer other = run(
                pools,
                house.order(
                        PoolHouse.key("demo", Map.of("application_name", "other")),
                        List.of(statement("select pg_backend_pid()")),
                        Optional.empty()));

        // Then
        assertThat(other.value()).isNotEqualTo(pid);
        assertThat(pools.counters().open()).isEqualTo(1);
    }

    @Test
    void theStatementOfACallerWhoGoesAwayIsCancelled() {
        // Given
        Answer slow = run(pools, house.order("select pg_sleep(61)"));
        slow.origin.join();

        // When
        slow.run().cancel();

        // Then
        assertThat(slow.ends()).isEqualTo(new StatementOutcome.Cancelled());
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> value("select count(*) from pg_stat_activity where query = 'select pg_sleep(61)'"
                                + " and state = 'active'")
                        .equals("0"));
    }

    @Test
    void aCancelHitsNoLaterStatement() {
        for (int race = 0; race < RACES; race++) {
            // When
            Answer raced = run(pools, house.order("select pg_sleep(0.0005)"));
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(2_000_000));
            raced.run().cancel();
            Answer next = run(pools, house.order("select pg_sleep(0.002)"));

            // Then
            next.done();
            raced.ends();
        }
    }

    @Test
    void aStatementThatTakesTooLongIsCancelled() {
        // Given
        StatementOrder slow = limited(house.order("select pg_sleep(62)"));

        // When
        Answer answer = run(pools, slow);

        // Then
        assertThat(answer.refusal()).isEqualTo("57014");
        assertThat(pools.counters().open()).isEqualTo(1);
        value("select 1");
        assertThat(pools.counters().opened()).isEqualTo(1);
    }

    @Test
    void eachStatementOfABatchHasItsTime() {
        // Given
        String nap = "select pg_sleep(0.3)";

        // When
        Answer within = run(pools, limited(house.batch(nap, nap, nap)));
        Answer beyond = run(pools, limited(house.batch(nap, "select pg_sleep(62)")));

        // Then
        within.done();
        assertThat(beyond.refusal()).isEqualTo("57014");
        assertThat(((StatementOutcome.Refused) beyond.ends()).statement()).isEqualTo(1);
    }

    private StatementOrder limited(StatementOrder order) {
        return new StatementOrder(
                order.id(),
                order.pool(),
                order.keys(),
                order.claims(),
                order.statements(),
                order.batch(),
                Optional.of(Duration.ofMillis(500)),
                order.rowLengthMax(),
                order.mayUsePooled());
    }

    @Test
    void aKilledBackendIsReplaced() {
        // Given
        String pid = value("select pg_backend_pid()");
        ComputePools others = house.pools(PoolSettings.DEFAULTS);
        run(others, house.order("select pg_terminate_backend(%s, 5000)".formatted(pid)))
                .done();

        // When
        Answer next = run(pools, house.order("select pg_backend_pid()"));

        // Then
        assertThat(next.value()).isNotEqualTo(pid);
    }

    @Test
    void killedAtAnyMomentNobodyHearsOfItWhoseStatementWasNotBegun() {
        ComputePools others = house.pools(PoolSettings.DEFAULTS);
        for (int race = 0; race < 100; race++) {
            // Given
            String pid = value("select pg_backend_pid()");

            // When
            Answer kill = run(others, house.order("select pg_terminate_backend(%s)".formatted(pid)));
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_500_000));
            Answer next = run(pools, house.order("select 1"));

            // Then
            kill.done();
            StatementOutcome outcome = next.ends();
            if (outcome instanceof StatementOutcome.Refused(int _, var error)) {
                assertThat(error.sqlState()).isEqualTo("57P01");
            } else {
                assertThat(outcome).isEqualTo(new StatementOutcome.Done());
            }
        }
    }

    @Test
    void aRowThatIsTooLongEndsTheRunBeforeItIsRead() {
        // Given
        StatementOrder order = house.order("select repeat('x', 50000000)");
        StatementOrder bounded = new StatementOrder(
                SessionId.random(),
                order.pool(),
                order.keys(),
                order.claims(),
                order.statements(),
                order.batch(),
                order.statementMax(),
                1_000_000,
                true);

        // When
        Answer answer = run(pools, bounded);

        // Then
        assertThat(answer.ends()).isEqualTo(new StatementOutcome.RowTooLong(0, 50_000_006));
        assertThat(answer.bytes).hasValue(0);
        run(pools, house.order("select 1")).done();
    }

    @Test
    void whoTakesNothingIsSentNothing() throws Exception {
        // Given
        Answer slow = new Answer(false);
        slow.of(pools.run(house.order("select repeat('x', 1000) from generate_series(1, 200000)"), slow));
        slow.firstRow.thenRun(() -> slow.run().pause()).get(Answer.PATIENCE_SECONDS, TimeUnit.SECONDS);

        // When
        run(pools, house.order("select pg_sleep(0.2)")).done();
        long before = slow.bytes.get();
        run(pools, house.order("select pg_sleep(0.2)")).done();
        long after = slow.bytes.get();
        slow.run().resume();

        // Then
        slow.done();
        assertThat(after).isEqualTo(before).isLessThan(100_000_000);
        assertThat(slow.bytes.get()).isGreaterThan(200_000_000);
    }

    @Test
    void aLargeBatchWithLargeAnswersDoesNotBlockItself() {
        // Given
        String large = "y".repeat(500_000);
        List<Statement> statements = new ArrayList<>();
        for (int each = 0; each < 100; each++) {
            statements.add(statement("select $1, repeat('x', 500000)", large));
        }

        // When
        Answer answer = new Answer(false);
        answer.of(pools.run(house.order(house.key, statements, Optional.of(BatchOptions.DEFAULTS)), answer));

        // Then
        answer.done();
        assertThat(answer.tags).hasSize(100);
        assertThat(answer.bytes.get()).isGreaterThan(100_000_000);
    }

    @Test
    void aLargeBatchThatFailsEarlyEndsEarly() {
        // Given
        List<Statement> statements = new ArrayList<>();
        statements.add(statement("select 1/0"));
        for (int each = 0; each < 10_000; each++) {
            statements.add(statement("select 1"));
        }

        // When
        Answer answer = run(pools, house.order(house.key, statements, Optional.of(BatchOptions.DEFAULTS)));

        // Then
        assertThat(answer.refusal()).isEqualTo("22012");
        assertThat(value("select 1")).isEqualTo("1");
        assertThat(pools.counters().opened()).isEqualTo(1);
    }

    @Test
    void theClaimsOfOneAreNotTheNextOnes() {
        // Given
        StatementOrder plain = house.order("select coalesce(current_setting('request.jwt.claims', true), '')");
        StatementOrder claiming = new StatementOrder(
                plain.id(),
                plain.pool(),
                plain.keys(),
                Optional.of("{\"sub\":\"bob\"}"),
                plain.statements(),
                Optional.empty(),
                Optional.empty(),
                Integer.MAX_VALUE,
                true);

        // When
        String his = run(pools, claiming).value();
        String next = run(pools, plain).value();

        // Then
        assertThat(his).isEqualTo("{\"sub\":\"bob\"}");
        assertThat(next).isEmpty();
        assertThat(pools.counters().opened()).isEqualTo(1);
    }

    @Test
    void whenTheNodeLeavesWhatRunsMayEndAndTheRestIsClosed() {
        // Given
        value("select 1");
        Answer running = run(pools, house.order("select pg_sleep(0.5)"));
        running.origin.join();

        // When
        pools.drain(Duration.ofSeconds(20)).toCompletableFuture().join();

        // Then
        running.done();
        assertThat(pools.counters().open()).isZero();
    }

    @Test
    void whoDoesNotEndInTimeIsCancelled() {
        // Given
        Answer running = run(pools, house.order("select pg_sleep(63)"));
        running.origin.join();
        var drained = pools.drain(Duration.ofSeconds(20));

        // When
        pools.hurry();

        // Then
        assertThat(running.ends()).isEqualTo(new StatementOutcome.Lost(SessionFailure.Plain.LEAVING));
        drained.toCompletableFuture().join();
        assertThat(run(pools, house.order("select 1")).ends())
                .isEqualTo(new StatementOutcome.Unreached(SessionFailure.Plain.LEAVING));
    }
}
