package dev.reveille.node.pools;

import static dev.reveille.node.pools.PoolHouse.run;
import static dev.reveille.node.pools.PoolHouse.statement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.session.pool.ComputePools;
import dev.reveille.session.pool.PoolSettings;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements and batches on connections that many share, and what is left of the one before. */
class StatementsOnAPoolTest {

    private static final String PID = "select pg_backend_pid()";

    @TempDir
    private static Path temporary;

    private static PoolHouse house;

    private final ComputePools pools = house.pools(PoolSettings.DEFAULTS);

    @BeforeAll
    static void open() throws Exception {
        house = new PoolHouse(temporary.resolve("data"), Duration.ofMinutes(10));
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private String value(String sql) {
        return run(pools, house.order(sql)).value();
    }

    @Test
    void theNextRequestFindsTheSameConnection() {
        // When
        Answer first = run(pools, house.order(PID));
        String pid = first.value();
        Answer second = run(pools, house.order(PID));

        // Then
        assertThat(second.value()).isEqualTo(pid);
        assertThat(first.origin.join()).isNotEqualTo(StatementListener.Origin.POOLED);
        assertThat(second.origin.join()).isEqualTo(StatementListener.Origin.POOLED);
    }

    @Test
    void aHundredRequestsOneAfterTheOtherNeedOneConnection() {
        // When
        for (int turn = 0; turn < 100; turn++) {
            value(PID);
        }

        // Then
        assertThat(pools.counters().opened()).isEqualTo(1);
    }

    @Test
    void nothingIsLeftOfTheOneBefore() {
        // Given
        String pid = value(PID);
        run(pools, house.order("create temp table mine (a int)")).done();
        run(pools, house.order("set intervalstyle = 'iso_8601'")).done();
        run(pools, house.order("listen news")).done();
        run(pools, house.order("prepare mine as select 1")).done();
        run(pools, house.order("set role pg_monitor")).ends();
        run(pools, house.order("select pg_advisory_lock(7)")).done();
        run(pools, house.order("begin")).done();
        String transaction = value("select txid_current()");

        // When
        List<String> left = new ArrayList<>();
        left.add(value("select count(*) from pg_class where relname = 'mine'"));
        left.add(value("select '0 seconds'::interval"));
        left.add(value("select count(*) from pg_listening_channels()"));
        left.add(value("select count(*) from pg_prepared_statements where name = 'mine'"));
        left.add(value("select current_user"));
        left.add(value("select count(*) from pg_locks where locktype = 'advisory'"));

        // Then
        assertThat(left).containsExactly("0", "00:00:00", "0", "0", "app", "0");
        assertThat(value("select txid_current()")).isNotEqualTo(transaction);
        assertThat(value(PID)).isEqualTo(pid);
    }

    @Test
    void whatAViewDidIsForgottenByAConnectionWithoutPlans() {
        // Given
        run(
                        pools,
                        house.order("create view busy as select pg_try_advisory_lock(8) as locked,"
                                + " set_config('intervalstyle', 'iso_8601', false) as style"))
                .done();
        for (int turn = 0; turn < 20; turn++) {
            value("select 1");
        }

        // When
        Answer busy = run(pools, house.order("select style, locked from busy")).done();
        List<String> left = new ArrayList<>();
        left.add(value("select '0 seconds'::interval"));
        left.add(value("select count(*) from pg_locks where locktype = 'advisory'"));

        // Then
        assertThat(busy.rows).containsExactly(List.of("iso_8601", "t"));
        assertThat(left).containsExactly("00:00:00", "0");
        assertThat(pools.counters().opened()).isEqualTo(1);
        assertThat(pools.counters().resetsFailed()).isZero();
    }

    @Test
    void aRoleThatALoginSetsIsThereAgainForTheNextOne() {
        // Given
        run(pools, house.order("create role hat")).done();
        run(pools, house.order("grant hat to app")).done();
        PoolKey inHat = PoolHouse.key("demo", Map.of("options", "-c role=hat"));

        // When
        List<String> roles = new ArrayList<>();
        for (int turn = 0; turn < 3; turn++) {
            roles.add(run(pools, house.order(inHat, List.of(statement("select current_user")), Optional.empty()))
                    .value());
        }
        run(pools, house.order(inHat, List.of(statement("set role none")), Optional.empty()))
                .done();
        roles.add(run(pools, house.order(inHat, List.of(statement("select current_user")), Optional.empty()))
                .value());

        // Then
        assertThat(roles).containsExactly("hat", "hat", "hat", "hat");
        assertThat(pools.counters().opened()).isEqualTo(2);
    }

    @Test
    void aBatchIsOneTransaction() {
        // When
        Answer batch = run(pools, house.batch("select txid_current()", "select txid_current()", "select 1"));

        // Then
        batch.done();
        assertThat(batch.rows.get(0)).isEqualTo(batch.rows.get(1));
        assertThat(batch.tags).containsExactly("SELECT 1", "SELECT 1", "SELECT 1");
    }

    @Test
    void anEmptyBatchIsDone() {
        run(pools, house.batch()).done();
    }

    @Test
    void ofABatchThatFailsNothingIsStored() {
        // Given
        run(pools, house.order("create table stored (id int primary key)")).done();

        // When
        Answer batch =
                run(pools, house.batch("insert into stored values (1)", "insert into stored values (1)", "select 1"));

        // Then
        assertThat(batch.refusal()).isEqualTo("23505");
        assertThat(((StatementOutcome.Refused) batch.ends()).statement()).isEqualTo(1);
        assertThat(value("select count(*) from stored")).isEqualTo("0");
        assertThat(pools.counters().opened()).isEqualTo(1);
    }

    @Test
    void aCommitInTheMiddleOfABatchEndsItThere() {
        // Given
        run(pools, house.order("create table committed (id int)")).done();

        // When
        Answer batch = run(pools, house.batch("select 1", "/* c */ commit", "insert into committed values (1)"));

        // Then
        assertThat(batch.refusal()).isEqualTo("25P01");
        assertThat(((StatementOutcome.Refused) batch.ends()).statement()).isEqualTo(1);
        assertThat(value("select count(*) from committed")).isEqualTo("0");
    }

    @Test
    void aBatchMayGoBackToASavepoint() {
        run(
                        pools,
                        house.batch(
                                "savepoint a",
                                "create table gone (id int)",
                                "rollback to savepoint a",
                                "create table gone (id int)"))
                .done();
    }

    @Test
    void theModesOfABatchAreThoseOfItsTransaction() {
        // When
        Answer batch = run(
                pools,
                house.order(
                        house.key,
                        List.of(
                                statement("show transaction_isolation"),
                                statement("show transaction_read_only"),
                                statement("show transaction_deferrable"),
                                statement("create table never (a int)")),
                        Optional.of(new BatchOptions(Optional.of(BatchOptions.Isolation.SERIALIZABLE), true, true))));

        // Then
        assertThat(batch.refusal()).isEqualTo("25006");
        assertThat(batch.rows).containsExactly(List.of("serializable"), List.of("on"), List.of("on"));
    }

    @Test
    void aConstraintThatWaitsForTheEndIsTheEndsFault() {
        // Given
        run(pools, house.order("create table late (id int unique deferrable initially deferred)"))
                .done();

        // When
        Answer batch = run(pools, house.batch("insert into late values (1)", "insert into late values (1)"));

        // Then
        assertThat(batch.refusal()).isEqualTo("23505");
        assertThat(((StatementOutcome.Refused) batch.ends()).statement()).isEqualTo(-1);
    }

    @Test
    void parametersAreText() {
        // When
        Answer answer = run(pools, house.order("select $1 as a, $2::int * 2 as b", "x\ny", "21"));

        // Then
        answer.done();
        assertThat(answer.rows).containsExactly(List.of("x\ny", "42"));
    }

    @Test
    void twoStatementsInOneAreASyntaxError() {
        assertThat(run(pools, house.order("select 1; select 2")).refusal()).isEqualTo("42601");
    }

    @Test
    void tooFewParametersAreSaidAsPostgresSaysIt() {
        assertThat(run(pools, house.order("select $1, $2", "a")).refusal()).isEqualTo("08P01");
    }

    @Test
    void anEmptyStatementHasAnEmptyTag() {
        assertThat(run(pools, house.order("")).done().tags).containsExactly("");
    }

    @Test
    void copyIsRefusedAndTheNextRequestWorks() {
        // When
        Answer out = run(pools, house.order("copy (select 1) to stdout"));
        Answer in = run(pools, house.order("copy pg_temp.none from stdin"));
        run(pools, house.order("create table filled (a int)")).done();
        Answer in2 = run(pools, house.order("copy filled from stdin"));
        Answer inBatch = run(pools, house.batch("select 1", "copy filled from stdin", "select 1"));

        // Then
        assertThat(out.refusal()).isEqualTo("0A000");
        assertThat(in.ends()).isInstanceOf(StatementOutcome.Refused.class);
        assertThat(in2.refusal()).isEqualTo("0A000");
        assertThat(inBatch.refusal()).isEqualTo("0A000");
        assertThat(value("select count(*) from filled")).isEqualTo("0");
    }

    @Test
    void aConnectionSurvivesAnError() {
        // Given
        String pid = value(PID);

        // When
        Answer wrong = run(pools, house.order("select 1/0"));

        // Then
        assertThat(wrong.refusal()).isEqualTo("22012");
        assertThat(value(PID)).isEqualTo(pid);
    }
}
