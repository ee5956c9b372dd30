package dev.reveille.session.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BindComplete;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.NoData;
import dev.reveille.protocol.backend.ParseComplete;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Bind;
import dev.reveille.protocol.frontend.Describe;
import dev.reveille.protocol.frontend.Execute;
import dev.reveille.protocol.frontend.Parse;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Sync;
import dev.reveille.protocol.names.DatabaseName;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.SessionId;
import dev.reveille.session.SessionSettings;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.EndpointSettings;
import dev.reveille.session.compute.Endpoints;
import dev.reveille.session.compute.ReadyComputes;
import dev.reveille.session.fakes.HandTicker;
import dev.reveille.session.fakes.RecordedUsage;
import dev.reveille.session.fakes.ScriptedControlPlane;
import dev.reveille.session.fakes.ScriptedDelivery;
import dev.reveille.session.fakes.ScriptedDialer;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.StatementRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

/** Pools without sockets: the computes say what the test tells them, and time stands still unless the test moves it. */
final class PoolUnderTest {

    static final Duration PATIENCE = Duration.ofSeconds(10);
    static final ScramVerifier VERIFIER = verifier("secret");
    static final PoolKey KEY = new PoolKey(
            EndpointKey.of(new EndpointId("blue")), new DatabaseName("shop"), new RoleName("app"), Map.of());
    static final ReadyForQuery READY = new ReadyForQuery(TransactionStatus.IDLE);

    private static final ActorTestKit TEST_KIT = ActorTestKit.create(ManualTime.config());
    private static final ManualTime TIME = ManualTime.get(TEST_KIT.system());
    private static final AtomicInteger NAMES = new AtomicInteger();

    final ScriptedControlPlane controlPlane = new ScriptedControlPlane();
    final ScriptedDialer dialer = new ScriptedDialer(Materializer.matFromSystem(TEST_KIT.system()));
    final ScriptedDelivery delivery = new ScriptedDelivery();
    final RecordedUsage usage = new RecordedUsage();
    final PoolCounters counters = new PoolCounters();
    final ComputePools pools;
    private final ReadyComputes ready = new ReadyComputes(100, Duration.ofMinutes(4), new HandTicker());

    PoolUnderTest(PoolSettings settings) {
        pools = ComputePools.open(
                TEST_KIT.system(),
                "pools-" + NAMES.incrementAndGet(),
                List.of(new PoolRoles(
                        "pekko.actor.default-dispatcher",
                        () -> false,
                        settings,
                        SessionSettings.DEFAULTS,
                        ready,
                        TEST_KIT.spawn(Endpoints.create(controlPlane, ready, EndpointSettings.DEFAULTS)),
                        dialer,
                        usage,
                        delivery,
                        counters)));
    }

    static ScramVerifier verifier(String password) {
        return ScramVerifier.ofPassword(password, ByteString.fromString("0123456789abcdef"), 4096);
    }

    static ScramKeys keys(String password) {
        return verifier(password).keysOf(ByteString.fromString(password)).orElseThrow();
    }

    static StatementOrder order(Optional<ScramKeys> keys) {
        return order(keys, Optional.empty());
    }

    static StatementOrder order(Optional<ScramKeys> keys, Optional<BatchOptions> batch) {
        return order("select 1", keys, batch);
    }

    static StatementOrder order(String sql, Optional<ScramKeys> keys, Optional<BatchOptions> batch) {
        return new StatementOrder(
                SessionId.random(),
                KEY,
                keys,
                Optional.empty(),
                List.of(new Statement(sql, List.of())),
                batch,
                Optional.empty(),
                1_000,
                true);
    }

    /** An order that is on its way. */
    static final class Running implements StatementListener {

        final CompletableFuture<StatementOutcome> outcome = new CompletableFuture<>();
        final AtomicInteger rows = new AtomicInteger();
        private Optional<StatementRun> run = Optional.empty();

        StatementRun run() {
            return run.orElseThrow();
        }

        StatementOutcome ends() {
            return outcome.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }

        @Override
        public void reached(Origin origin) {}

        @Override
        public void fields(int statement, Optional<RowDescription> fields) {}

        @Override
        public void row(int statement, byte[] bytes, int offset, int length) {
            rows.incrementAndGet();
        }

        @Override
        public void completed(int statement, String tag) {}

        @Override
        public void ended(StatementOutcome how) {
            if (!outcome.complete(how)) {
                throw new IllegalStateException("ended twice");
            }
        }
    }

    Running runs() {
        return runs(order(Optional.of(keys("secret"))));
    }

    Running runs(StatementOrder order) {
        Running running = new Running();
        running.run = Optional.of(pools.run(order, running));
        return running;
    }

    /** The compute is woken, if need be, and a connection let in. */
    ScriptedCompute connects(String password) {
        return connects(password, "18.0");
    }

    ScriptedCompute connects(String password, String serverVersion) {
        if (ready.find(KEY.endpoint()).isEmpty()) {
            controlPlane
                    .isToWake()
                    .answer()
                    .complete(new Compute(new ComputeAddress("compute-1", 5432), ComputeTls.DISABLED, false));
        }
        ScriptedCompute compute = dialer.isToDial().connects();
        compute.hearsStartup();
        compute.letsIn(verifier(password));
        compute.greets(serverVersion, new BackendKeyData(4711, ByteString.fromInts(1, 2, 3, 4)));
        return compute;
    }

    /** Hears a single statement and, behind it, the order to forget. */
    static Query hearsStatement(ScriptedCompute compute) {
        compute.hears(Parse.class);
        compute.hears(Bind.class);
        compute.hears(Describe.class);
        compute.hears(Execute.class);
        compute.hears(Sync.class);
        return compute.hears(Query.class);
    }

    static void answers(ScriptedCompute compute) {
        compute.saysAtOnce(
                new ParseComplete(),
                new BindComplete(),
                new NoData(),
                new DataRow(List.of()),
                new CommandComplete("SELECT 1"),
                READY);
    }

    static void forgets(ScriptedCompute compute) {
        compute.saysAtOnce(new CommandComplete("RESET"), READY);
    }

    /** The compute of a connection that has served one statement and forgotten it. */
    ScriptedCompute served() {
        PoolUnderTest.Running first = runs();
        ScriptedCompute compute = connects("secret");
        hearsStatement(compute);
        answers(compute);
        forgets(compute);
        assertThat(first.ends()).isEqualTo(new StatementOutcome.Done());
        eventually(() -> assertThat(counters.idle()).isEqualTo(1));
        return compute;
    }

    void timePasses(Duration span) {
        TIME.timePasses(span);
    }

    static void eventually(Runnable assertion) {
        TestProbe<Integer> probe = TEST_KIT.createTestProbe();
        probe.awaitAssert(PATIENCE, () -> {
            assertion.run();
            return 0;
        });
    }
}
