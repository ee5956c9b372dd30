package dev.reveille.node.pools;

import com.github.benmanes.caffeine.cache.Ticker;
import com.typesafe.config.ConfigFactory;
import dev.reveille.gateway.compute.BackDoor;
import dev.reveille.gateway.compute.DialSettings;
import dev.reveille.gateway.loops.Loops;
import dev.reveille.gateway.loops.LoopsSetup;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.loops.Transport;
import dev.reveille.gateway.tls.ComputeTlsContexts;
import dev.reveille.gateway.tls.TlsProvider;
import dev.reveille.node.embedded.EmbeddedControlPlane;
import dev.reveille.node.embedded.EmbeddedSettings;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.session.SessionId;
import dev.reveille.session.SessionSettings;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.compute.EndpointSettings;
import dev.reveille.session.compute.Endpoints;
import dev.reveille.session.compute.ReadyComputes;
import dev.reveille.session.pool.ComputePools;
import dev.reveille.session.pool.PoolCounters;
import dev.reveille.session.pool.PoolRoles;
import dev.reveille.session.pool.PoolSettings;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.Statement;
import dev.reveille.session.statement.StatementOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/** Pools in front of an embedded control plane, whose computes are real. */
final class PoolHouse implements AutoCloseable {

    private static final AtomicInteger NAMES = new AtomicInteger();

    final Loops loops = Loops.open(2, Transport.best());
    final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "pools",
            ActorSystemSetup.create(
                    BootstrapSetup.create(loops.dispatchers().withFallback(ConfigFactory.load())),
                    new LoopsSetup(loops)));
    final EmbeddedControlPlane computes;
    final ReadyComputes ready = new ReadyComputes(100, Duration.ofMinutes(4), Ticker.systemTicker());
    final PoolKey key;
    final ScramKeys keys;
    private final ActorRef<Endpoints.Command> endpoints;
    private final BackDoor backDoor;

    PoolHouse(Path data, Duration idle) throws Exception {
        computes = EmbeddedControlPlane.open(system, EmbeddedSettings.of(data, idle));
        endpoints = system.systemActorOf(
                Endpoints.create(computes, ready, EndpointSettings.DEFAULTS),
                "endpoints",
                DispatcherSelector.defaultDispatcher());
        backDoor = new BackDoor(
                loops.transport(),
                ComputeTlsContexts.create(TlsProvider.AUTO, Optional.empty()),
                DialSettings.DEFAULTS,
                SocketSettings.DEFAULTS);
        key = key("demo", Map.of());
        AccessControl access = computes.accessControl(
                        SessionId.random(), key.endpoint().endpoint(), key.role())
                .toCompletableFuture()
                .get(Answer.PATIENCE_SECONDS, TimeUnit.SECONDS);
        keys = access.secret()
                .orElseThrow()
                .keysOf(ByteString.fromString(computes.password()))
                .orElseThrow();
    }

    static PoolKey key(String endpoint, Map<String, String> parameters) {
        return new PoolKey(
                EndpointKey.of(new EndpointId(endpoint)),
                EmbeddedControlPlane.DATABASE,
                EmbeddedControlPlane.ROLE,
                parameters);
    }

    ComputePools pools(PoolSettings settings) {
        PoolCounters counters = new PoolCounters();
        List<PoolRoles> roles = new ArrayList<>();
        loops.all()
                .forEach(loop -> roles.add(new PoolRoles(
                        loop.dispatcher(),
                        loop.eventLoop()::inEventLoop,
                        settings,
                        SessionSettings.DEFAULTS,
                        ready,
                        endpoints,
                        backDoor.dialer(loop),
                        computes,
                        backDoor.cancelDelivery(loop),
                        counters)));
        return ComputePools.open(system, "pools-of-test-" + NAMES.incrementAndGet(), roles);
    }

    /** An order of one statement, without parameters. */
    StatementOrder order(String sql, String... parameters) {
        return order(key, List.of(statement(sql, parameters)), Optional.empty());
    }

    StatementOrder batch(String... sqls) {
        return order(key, Arrays.stream(sqls).map(sql -> statement(sql)).toList(), Optional.of(BatchOptions.DEFAULTS));
    }

    StatementOrder order(PoolKey pool, List<Statement> statements, Optional<BatchOptions> batch) {
        return new StatementOrder(
                SessionId.random(),
                pool,
                Optional.of(keys),
                Optional.empty(),
                statements,
                batch,
                Optional.empty(),
                Integer.MAX_VALUE,
                true);
    }

    static Statement statement(String sql, String... parameters) {
        return new Statement(
                sql,
                Arrays.stream(parameters)
                        .map(value -> Optional.of(ByteString.fromString(value)))
                        .toList());
    }

    static Answer run(ComputePools pools, StatementOrder order) {
        Answer answer = new Answer(true);
        answer.of(pools.run(order, answer));
        return answer;
    }

    @Override
    public void close() {
        computes.stop()
                .toCompletableFuture()
                .orTimeout(Answer.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        system.terminate();
        system.getWhenTerminated()
                .toCompletableFuture()
                .orTimeout(Answer.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
        loops.close();
    }
}
