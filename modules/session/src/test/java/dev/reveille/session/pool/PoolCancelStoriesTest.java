package dev.reveille.session.pool;

import static dev.reveille.session.pool.PoolUnderTest.answers;
import static dev.reveille.session.pool.PoolUnderTest.eventually;
import static dev.reveille.session.pool.PoolUnderTest.forgets;
import static dev.reveille.session.pool.PoolUnderTest.hearsStatement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.session.fakes.ScriptedDelivery;
import dev.reveille.session.statement.StatementOutcome;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** Statements that are given up, and the connections they ran on. */
class PoolCancelStoriesTest {

    private final PoolUnderTest house = new PoolUnderTest(PoolSettings.DEFAULTS);

    @Test
    void aConnectionIsNotUsedWhileACancelRequestIsUnderWay() {
        // Given
        ScriptedCompute compute = house.served();
        PoolUnderTest.Running running = house.runs();
        hearsStatement(compute);

        // When
        running.run().cancel();
        ScriptedDelivery.Errand cancel = house.delivery.isToDeliver();
        answers(compute);
        forgets(compute);
        compute.end().settles();
        int idleBefore = house.counters.idle();
        ByteString before = compute.end().unheard();
        cancel.isDone();

        // Then
        assertThat(running.ends()).isEqualTo(new StatementOutcome.Cancelled());
        assertThat(idleBefore).isZero();
        assertThat(before.isEmpty()).isTrue();
        compute.hears(Query.class);
        forgets(compute);
        eventually(() -> assertThat(house.counters.idle()).isEqualTo(1));
    }

    @Test
    void aStatementThatGoesOnIsCancelledThreeTimesBeforeItsConnectionIsClosed() {
        // Given
        ScriptedCompute compute = house.served();
        PoolUnderTest.Running running = house.runs();
        hearsStatement(compute);

        // When
        running.run().cancel();
        house.delivery.isToDeliver().isDone();
        cancelledAgain(2).isDone();
        cancelledAgain(3).isDone();

        // Then
        eventually(() -> {
            house.timePasses(PoolSettings.DEFAULTS.cancelWait());
            assertThat(house.counters.open()).isZero();
        });
        compute.end().hearsItGo();
        assertThat(running.ends()).isEqualTo(new StatementOutcome.Cancelled());
        assertThat(house.counters.cancels()).isEqualTo(3);
    }

    @Test
    void aStatementThatWasCancelledBeforeTheComputeHadBegunEndsByTheSecondRequest() {
        // Given
        ScriptedCompute compute = house.served();
        PoolUnderTest.Running running = house.runs();
        hearsStatement(compute);

        // When
        running.run().cancel();
        house.delivery.isToDeliver().isDone();
        ScriptedDelivery.Errand second = cancelledAgain(2);
        answers(compute);
        forgets(compute);
        second.isDone();

        // Then
        assertThat(running.ends()).isEqualTo(new StatementOutcome.Cancelled());
        compute.hears(Query.class);
        forgets(compute);
        eventually(() -> assertThat(house.counters.idle()).isEqualTo(1));
    }

    /** The next cancel request for a statement that goes on. */
    private ScriptedDelivery.Errand cancelledAgain(int times) {
        eventually(() -> {
            house.timePasses(PoolSettings.DEFAULTS.cancelWait());
            assertThat(house.counters.cancels()).isEqualTo(times);
        });
        return house.delivery.isToDeliver();
    }
}
