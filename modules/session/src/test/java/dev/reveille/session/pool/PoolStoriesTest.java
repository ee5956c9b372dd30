package dev.reveille.session.pool;

import static dev.reveille.session.pool.PoolUnderTest.READY;
import static dev.reveille.session.pool.PoolUnderTest.answers;
import static dev.reveille.session.pool.PoolUnderTest.eventually;
import static dev.reveille.session.pool.PoolUnderTest.forgets;
import static dev.reveille.session.pool.PoolUnderTest.hearsStatement;
import static dev.reveille.session.pool.PoolUnderTest.keys;
import static dev.reveille.session.pool.PoolUnderTest.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BindComplete;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.NoData;
import dev.reveille.protocol.backend.ParseComplete;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Parse;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.StatementOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** What a pool does when its computes do what computes do. */
class PoolStoriesTest {

    /** Connections grow old within a few holds of use, so that few steps of time are enough. */
    private static final PoolSettings QUICKLY_OLD = settings(20, 100, Duration.ofSeconds(20));

    private static final PoolSettings ONE_MAY_WAIT = settings(1, 100, PoolSettings.DEFAULTS.idleMax());

    private static final PoolSettings ONE_MAY_WAIT_ON_THE_NODE = settings(20, 1, PoolSettings.DEFAULTS.idleMax());

    private PoolUnderTest house = new PoolUnderTest(PoolSettings.DEFAULTS);

    @Test
    void aConnectionThatCannotForgetServesNobodyElse() {
        // Given
        PoolUnderTest.Running first = house.runs();
        ScriptedCompute compute = house.connects("secret");
        hearsStatement(compute);
        answers(compute);

        // When
        compute.saysAtOnce(new ErrorResponse(ErrorFields.of("ERROR", "42501", "not allowed")), READY);

        // Then
        assertThat(first.ends()).isEqualTo(new StatementOutcome.Done());
        compute.hears(Terminate.class);
        compute.end().hearsTheEnd();
        eventually(() -> assertThat(house.counters.resetsFailed()).isEqualTo(1));
        house.runs();
        house.connects("secret");
    }

    @Test
    void aConnectionThatDoesNotForgetInTimeIsClosed() {
        // Given
        PoolUnderTest.Running first = house.runs();
        ScriptedCompute compute = house.connects("secret");
        hearsStatement(compute);
        answers(compute);
        assertThat(first.ends()).isEqualTo(new StatementOutcome.Done());

        // When: the compute says nothing more.
        eventually(() -> {
            house.timePasses(PoolSettings.DEFAULTS.resetMax());
            assertThat(house.counters.resetsFailed()).isEqualTo(1);
        });

        // Then
        compute.hears(Terminate.class);
        compute.end().hearsTheEnd();
        assertThat(house.counters.idle()).isZero();
    }

    @Test
    void theNextOneWaitsUntilTheConnectionHasForgotten() {
        // Given
        PoolUnderTest.Running first = house.runs();
        ScriptedCompute compute = house.connects("secret");
        hearsStatement(compute);
        answers(compute);
        assertThat(first.ends()).isEqualTo(new StatementOutcome.Done());

        // When
        PoolUnderTest.Running second = house.runs();
        eventually(() -> assertThat(house.counters.waiting()).isEqualTo(1));
        compute.end().settles();
        ByteString before = compute.end().unheard();
        forgets(compute);

        // Then
        assertThat(before.isEmpty()).isTrue();
        hearsStatement(compute);
        answers(compute);
        assertThat(second.ends()).isEqualTo(new StatementOutcome.Done());
        assertThat(house.dialer.attempts()).isEqualTo(1);
        assertThat(house.counters.waits()).isEqualTo(1);
        assertThat(house.counters.waiting()).isZero();
    }

    @Test
    void aTransactionThatWasLeftOpenIsRolledBackBeforeTheConnectionForgets() {
        // Given
        house.runs();
        ScriptedCompute compute = house.connects("secret");
        hearsStatement(compute);
        answersInTransaction(compute);

        // When
        compute.saysAtOnce(new ReadyForQuery(TransactionStatus.IN_TRANSACTION));

        // Then
        assertThat(compute.hears(Query.class).sql()).startsWith("ROLLBACK; ");
        assertThat(house.counters.idle()).isZero();
        forgets(compute);
        eventually(() -> assertThat(house.counters.idle()).isEqualTo(1));
    }

    private static void answersInTransaction(ScriptedCompute compute) {
        compute.saysAtOnce(
                new ParseComplete(),
                new BindComplete(),
                new NoData(),
                new CommandComplete("BEGIN"),
                new ReadyForQuery(TransactionStatus.IN_TRANSACTION));
    }

    @Test
    void anotherPasswordMakesTheOldConnectionGo() {
        // Given
        ScriptedCompute old = house.served();

        // When
        house.runs(order(Optional.of(keys("changed"))));

        // Then
        ScriptedCompute compute = house.connects("changed");
        hearsStatement(compute);
        old.hears(Terminate.class);
    }

    @Test
    void anIdleConnectionDoesNotKeepItsComputeAwake() {
        // Given
        house.served();

        // When
        eventually(() -> {
            house.timePasses(PoolSettings.DEFAULTS.useHold());
            assertThat(house.usage.book()).hasSize(2);
        });

        // Then
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
        assertThat(house.counters.idle()).isEqualTo(1);
    }

    @Test
    void anIdleConnectionIsClosedInTheEnd() {
        // Given
        house = new PoolUnderTest(QUICKLY_OLD);
        ScriptedCompute compute = house.served();

        // When
        eventually(() -> {
            house.timePasses(PoolSettings.DEFAULTS.useHold());
            assertThat(house.counters.open()).isZero();
        });

        // Then
        compute.hears(Terminate.class);
    }

    @Test
    void connectionsBeyondThoseThatMayWaitAreClosedWhenNobodyNeededThemForAWhile() {
        // Given
        house = new PoolUnderTest(ONE_MAY_WAIT);
        house.runs();
        ScriptedCompute first = house.connects("secret");
        hearsStatement(first);
        house.runs();
        ScriptedCompute second = house.connects("secret");
        hearsStatement(second);

        // When
        answers(first);
        forgets(first);
        eventually(() -> assertThat(house.counters.idle()).isEqualTo(1));
        answers(second);
        forgets(second);
        eventually(() -> assertThat(house.counters.idle()).isEqualTo(2));
        eventually(() -> {
            house.timePasses(PoolSettings.DEFAULTS.useHold());
            assertThat(house.counters.idle()).isEqualTo(1);
        });

        // Then the one that came first has gone
        first.hears(Terminate.class);
        eventually(() -> assertThat(house.counters.open()).isEqualTo(1));
    }

    @Test
    void whereTheNodeHasEnoughOfThemAConnectionDoesNotWait() {
        // Given
        house = new PoolUnderTest(ONE_MAY_WAIT_ON_THE_NODE);
        house.runs();
        ScriptedCompute first = house.connects("secret");
        hearsStatement(first);
        house.runs();
        ScriptedCompute second = house.connects("secret");
        hearsStatement(second);

        // When
        answers(first);
        forgets(first);
        eventually(() -> assertThat(house.counters.idle()).isEqualTo(1));
        answers(second);
        forgets(second);

        // Then
        second.hears(Terminate.class);
        eventually(() -> assertThat(house.counters.open()).isEqualTo(1));
        assertThat(house.counters.idle()).isEqualTo(1);
    }

    @Test
    void aConnectionThatWasEndedBeforeTheStatementIsReplaced() {
        // Given
        ScriptedCompute dying = house.served();
        PoolUnderTest.Running running = house.runs();
        hearsStatement(dying);

        // When
        dying.refuses("57P01", "terminating connection due to administrator command");

        // Then
        ScriptedCompute compute = house.connects("secret");
        hearsStatement(compute);
        answers(compute);
        assertThat(running.ends()).isEqualTo(new StatementOutcome.Done());
        assertThat(running.rows).hasValue(1);
        assertThat(house.counters.retries()).isEqualTo(1);
    }

    @Test
    void whereOneIdleConnectionDiesTheOthersAreNotTrustedEither() {
        // Given
        PoolUnderTest.Running first = house.runs();
        ScriptedCompute dying = house.connects("secret");
        hearsStatement(dying);
        PoolUnderTest.Running second = house.runs();
        ScriptedCompute sibling = house.connects("secret");
        hearsStatement(sibling);
        for (ScriptedCompute compute : List.of(dying, sibling)) {
            answers(compute);
            forgets(compute);
        }
        assertThat(List.of(first.ends(), second.ends())).containsOnly(new StatementOutcome.Done());
        eventually(() -> assertThat(house.counters.idle()).isEqualTo(2));

        // When
        dying.refuses("57P01", "terminating connection due to administrator command");

        // Then
        sibling.hears(Terminate.class);
        sibling.end().hearsTheEnd();
        eventually(() -> assertThat(house.counters.open()).isZero());
    }

    @Test
    void aStatementThatMayHaveBegunIsNotRepeated() {
        // Given
        ScriptedCompute dying = house.served();
        PoolUnderTest.Running running = house.runs();
        hearsStatement(dying);

        // When
        dying.says(new ParseComplete());
        dying.end().breaks();

        // Then
        assertThat(running.ends()).isEqualTo(new StatementOutcome.Lost(SessionFailure.Plain.STATEMENT_LOST));
        assertThat(house.dialer.attempts()).isEqualTo(1);
    }

    @Test
    void aBatchThatOnlyReadsIsRepeated() {
        // Given
        ScriptedCompute dying = house.served();
        PoolUnderTest.Running running = house.runs(
                order(Optional.of(keys("secret")), Optional.of(new BatchOptions(Optional.empty(), true, false))));
        assertThat(dying.hears(Parse.class).sql()).isEqualTo("START TRANSACTION READ ONLY");

        // When
        dying.end().breaks();

        // Then
        ScriptedCompute compute = house.connects("secret");
        assertThat(compute.hears(Parse.class).sql()).isEqualTo("START TRANSACTION READ ONLY");
        assertThat(running.outcome).isNotDone();
    }

    @Test
    void withoutKeysAComputeThatTrustsUsIsEnough() {
        // Given
        PoolUnderTest.Running running = house.runs(order(Optional.empty()));
        house.controlPlane
                .isToWake()
                .answer()
                .complete(new Compute(new ComputeAddress("compute-1", 5432), ComputeTls.DISABLED, false));
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();

        // When
        compute.says(new AuthenticationOk());
        compute.greets(new BackendKeyData(1, ByteString.fromInts(1, 2, 3, 4)));

        // Then
        hearsStatement(compute);
        answers(compute);
        assertThat(running.ends()).isEqualTo(new StatementOutcome.Done());
    }

    private static PoolSettings settings(int idleMaxOfEndpoint, int idleMaxOfNode, Duration idleMax) {
        PoolSettings defaults = PoolSettings.DEFAULTS;
        return new PoolSettings(
                defaults.connectionsMax(),
                idleMaxOfEndpoint,
                idleMaxOfNode,
                idleMax,
                defaults.waitMax(),
                10,
                defaults.useHold(),
                defaults.resetMax(),
                defaults.cancelWait(),
                65_536);
    }
}
