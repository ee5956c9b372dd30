package dev.reveille.session.pool;

import static dev.reveille.session.pool.PoolUnderTest.answers;
import static dev.reveille.session.pool.PoolUnderTest.eventually;
import static dev.reveille.session.pool.PoolUnderTest.forgets;
import static dev.reveille.session.pool.PoolUnderTest.hearsStatement;
import static dev.reveille.session.pool.PoolUnderTest.keys;
import static dev.reveille.session.pool.PoolUnderTest.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedCompute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** By which command a connection forgets, and whether its server's plans survive that. */
class ResetStoriesTest {

    private static final String QUERY = "select name from users";
    private static final String CHANGE = "insert into users values ($1)";
    private static final String KEPT = "plans are kept";
    private static final String THROWN_AWAY = "plans are thrown away";

    private final PoolUnderTest house = new PoolUnderTest(PoolSettings.DEFAULTS);
    private Optional<ScriptedCompute> connected = Optional.empty();

    @Test
    void aConnectionThatOnlyReadsForgetsAllAtOnce() {
        assertThat(ran("18.0", QUERY, QUERY)).containsExactly(THROWN_AWAY, THROWN_AWAY);
    }

    @Test
    void plansOfAChangeAreKeptUntilManyRequestsHadNoUseForThem() {
        // When
        List<String> resets = ran("18.0", CHANGE);
        for (int turn = 0; turn < Resets.IDLE_MIN; turn++) {
            resets.addAll(ran("18.0", QUERY));
        }
        resets.addAll(ran("18.0", QUERY, CHANGE, QUERY));

        // Then
        List<String> expected = new ArrayList<>(Collections.nCopies(Resets.IDLE_MIN, KEPT));
        expected.addAll(List.of(THROWN_AWAY, THROWN_AWAY, KEPT, KEPT));
        assertThat(resets).isEqualTo(expected);
    }

    @Test
    void aServerThatWouldForgetItsLoginsRoleIsNotAskedTo() {
        assertThat(ran("15.9", QUERY, QUERY, QUERY, QUERY)).containsOnly(KEPT);
    }

    @Test
    void aServerThatSaysNothingOfItsVersionThatMeansAnythingIsNotAskedTo() {
        assertThat(ran("unknown", QUERY, QUERY, QUERY, QUERY)).containsOnly(KEPT);
    }

    private List<String> ran(String serverVersion, String... statements) {
        List<String> resets = new ArrayList<>();
        for (String sql : statements) {
            PoolUnderTest.Running running = house.runs(order(sql, Optional.of(keys("secret")), Optional.empty()));
            ScriptedCompute compute = connected.orElseGet(() -> house.connects("secret", serverVersion));
            connected = Optional.of(compute);
            resets.add(told(hearsStatement(compute).sql()));
            answers(compute);
            forgets(compute);
            running.ends();
            eventually(() -> assertThat(house.counters.idle()).isEqualTo(1));
        }
        return resets;
    }

    private static String told(String reset) {
        if (reset.equals("DISCARD ALL")) {
            return THROWN_AWAY;
        }
        return reset.startsWith("CLOSE ALL;") && !reset.contains("PLANS") && !reset.contains("DISCARD ALL")
                ? KEPT
                : reset;
    }
}
