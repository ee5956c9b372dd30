package dev.reveille.node;

import com.github.benmanes.caffeine.cache.Ticker;
import com.typesafe.config.ConfigFactory;
import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.gateway.compute.BackDoor;
import dev.reveille.gateway.jwt.TokenDoor;
import dev.reveille.gateway.loops.Loop;
import dev.reveille.gateway.loops.LoopWatch;
import dev.reveille.gateway.loops.Loops;
import dev.reveille.gateway.loops.LoopsSetup;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.loops.Transport;
import dev.reveille.gateway.postgres.PostgresListener;
import dev.reveille.gateway.sql.DeskTransactions;
import dev.reveille.gateway.sql.SqlDoor;
import dev.reveille.gateway.sql.SqlRoles;
import dev.reveille.gateway.tls.CertificateProblem;
import dev.reveille.gateway.tls.CertificateSettings;
import dev.reveille.gateway.tls.CertificateStore;
import dev.reveille.gateway.tls.ComputeTlsContexts;
import dev.reveille.gateway.web.WebHandler;
import dev.reveille.gateway.web.WebListener;
import dev.reveille.gateway.web.WebRouter;
import dev.reveille.node.commands.StartFailure;
import dev.reveille.node.embedded.EmbeddedControlPlane;
import dev.reveille.node.settings.ClusterSettings;
import dev.reveille.node.settings.MemberAddress;
import dev.reveille.node.settings.NodeSettings;
import dev.reveille.node.transactions.RoutedTransactions;
import dev.reveille.session.authentication.PasswordCheckers;
import dev.reveille.session.compute.ComputeUsage;
import dev.reveille.session.compute.ControlPlane;
import dev.reveille.session.compute.Endpoints;
import dev.reveille.session.compute.ReadyComputes;
import dev.reveille.session.directory.AccessDirectory;
import dev.reveille.session.directory.DirectoryAuthority;
import dev.reveille.session.pool.ComputePools;
import dev.reveille.session.pool.PoolCounters;
import dev.reveille.session.pool.PoolRoles;
import dev.reveille.session.pool.Transactions;
import dev.reveille.session.visit.SessionRoles;
import dev.reveille.session.visit.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;

/**
 * The pieces of one node, put together in the order in which they need one another, and taken apart in the other. Used by
 * the thread that starts the node, and by the one that ends it.
 */
final class House {

    private static final Duration TERMINATE_MAX = Duration.ofSeconds(10);

    private final NodeSettings settings;
    private final Loops loops;
    private final ActorSystem<Void> system;
    private final PasswordCheckers passwordCheckers;
    private final ScheduledExecutorService files;
    private final LoopWatch loopWatch;
    private final List<ActorRef<Sessions.Message>> sessions = new ArrayList<>();
    private Optional<CertificateStore> certificates = Optional.empty();
    private Optional<Cancellation> cancellation = Optional.empty();
    private Optional<ComputePools> pools = Optional.empty();
    private Optional<Transactions> transactions = Optional.empty();
    private Optional<RoutedTransactions> routed = Optional.empty();
    private Optional<TokenDoor> tokens = Optional.empty();
    private Optional<SqlDoor> sql = Optional.empty();

    private House(NodeSettings settings, Loops loops, ActorSystem<Void> system) {
        this.settings = settings;
        this.loops = loops;
        this.system = system;
        this.passwordCheckers = new PasswordCheckers(
                settings.hashing().threads(), settings.hashing().queue());
        ThreadFactory threads =
                Thread.ofPlatform().daemon().name("reveille-files").factory();
        this.files = Executors.newSingleThreadScheduledExecutor(threads);
        this.loopWatch = LoopWatch.start(loops);
    }

    /** The foundation: loops, and the actor system on them. */
    static House build(NodeSettings settings) {
        Loops loops = Loops.open(settings.loops(), Transport.best());
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "reveille",
                ActorSystemSetup.create(
                        BootstrapSetup.create(loops.dispatchers().withFallback(ConfigFactory.load())),
                        new LoopsSetup(loops)));
        return new House(settings, loops, system);
    }

    ActorSystem<Void> system() {
        return system;
    }

    NodeSettings settings() {
        return settings;
    }

    LoopWatch loopWatch() {
        return loopWatch;
    }

    List<ActorRef<Sessions.Message>> sessions() {
        return List.copyOf(sessions);
    }

    /** Once the house is furnished. */
    Cancellation cancellation() {
        return cancellation.orElseThrow();
    }

    /** Once the house is furnished. */
    ComputePools pools() {
        return pools.orElseThrow();
    }

    /** Once the house is furnished. */
    Transactions transactions() {
        return transactions.orElseThrow();
    }

    /** The sessions and pools of each loop, and what they share. */
    void furnish(ControlPlane controlPlane, Optional<EmbeddedControlPlane> embedded) throws StartFailure {
        ComputeUsage usage = embedded.<ComputeUsage>map(plane -> plane).orElse(ComputeUsage.UNOBSERVED);
        ReadyComputes ready = new ReadyComputes(
                settings.caches().nodes().size(), settings.caches().nodes().idle(), Ticker.systemTicker());
        ActorRef<Endpoints.Command> endpoints = system.systemActorOf(
                Endpoints.create(controlPlane, ready, LimitsOf.endpoints(settings)),
                "endpoints",
                DispatcherSelector.defaultDispatcher());
        AccessDirectory access = new AccessDirectory(controlPlane, LimitsOf.access(settings), Ticker.systemTicker());
        BackDoor backDoor = new BackDoor(
                loops.transport(), computeContexts(), LimitsOf.dialling(settings), SocketSettings.DEFAULTS);
        cancellation = Optional.of(Cancellation.prepare(
                settings,
                system,
                new DirectoryAuthority(access),
                deliveries(backDoor),
                member -> routed.ifPresent(desk -> desk.joined(member))));
        ByteString mockKey = MockKey.of(settings.controlPlane(), embedded);
        PoolCounters poolCounters = new PoolCounters();
        List<PoolRoles> poolRoles = new ArrayList<>();
        for (Loop loop : loops.all()) {
            SessionRoles roles = new SessionRoles(
                    LimitsOf.sessions(settings),
                    access,
                    ready,
                    endpoints,
                    backDoor.dialer(loop),
                    usage,
                    passwordCheckers,
                    cancellation.get().keys(),
                    cancellation.get().desk(),
                    cancellation.get().delivery(),
                    mockKey);
            sessions.add(system.systemActorOf(
                    Sessions.create(loop.dispatcher(), roles),
                    "sessions-" + loop.index(),
                    DispatcherSelector.fromConfig(loop.dispatcher())));
            poolRoles.add(new PoolRoles(
                    loop.dispatcher(),
                    loop.eventLoop()::inEventLoop,
                    settings.pools(),
                    roles.settings(),
                    ready,
                    endpoints,
                    roles.dialer(),
                    usage,
                    roles.cancelDelivery(),
                    poolCounters));
        }
        pools = Optional.of(ComputePools.open(system, "pools", poolRoles));
        transactions = Optional.of(Transactions.on(system, pools.get(), settings.transactions()));
        routed = Optional.of(routed(transactions.get()));
        tokens = Optional.of(TokenDoors.open(settings.controlPlane(), embedded));
        sql = Optional.of(new SqlDoor(
                LimitsOf.sql(settings),
                new SqlRoles(
                        access,
                        passwordCheckers,
                        mockKey,
                        pools.get(),
                        Optional.of(new DeskTransactions(routed.get())),
                        Optional.of(TokenDoors.check(tokens.get()))),
                Ticker.systemTicker()));
    }

    /** The same for the whole cluster. */
    private RoutedTransactions routed(Transactions own) {
        Optional<ClusterSettings.Door> door = settings.cluster().door();
        return new RoutedTransactions(
                own,
                door.map(ClusterSettings.Door::advertised).map(MemberAddress::toString),
                door.isPresent(),
                LimitsOf.routing(settings));
    }

    /** Computes are spread over the loops. */
    private CancelDelivery deliveries(BackDoor backDoor) {
        List<CancelDelivery> byLoop =
                loops.all().stream().map(backDoor::cancelDelivery).toList();
        return target -> byLoop.get(Math.floorMod(target.address().hashCode(), byLoop.size()))
                .deliver(target);
    }

    /** The certificates for clients and those for other nodes, and the watch over them. */
    void prepareTls() throws StartFailure {
        long every = settings.tls().reloadInterval().toMillis();
        files.scheduleWithFixedDelay(cancellation()::lookAtCertificates, every, every, TimeUnit.MILLISECONDS);
        if (settings.tls().directory().isEmpty()) {
            return;
        }
        try {
            CertificateStore store = CertificateStore.open(CertificateSettings.doors(
                    settings.tls().directory().get(),
                    LimitsOf.provider(settings),
                    settings.tls().reloadInterval()));
            store.watch(files);
            certificates = Optional.of(store);
        } catch (CertificateProblem problem) {
            throw new StartFailure(problem.getMessage(), problem);
        }
    }

    CompletionStage<PostgresListener> openPostgresDoor() {
        return PostgresListener.open(
                loops,
                settings.listen().postgres(),
                LimitsOf.listener(settings),
                LimitsOf.front(settings, certificates),
                SocketSettings.DEFAULTS,
                sessions);
    }

    /** The door for WebSocket and HTTP, where the node has one. */
    Optional<CompletionStage<WebListener>> openWebDoor() {
        if (!settings.web().enabled()) {
            return Optional.empty();
        }
        WebHandler handler = new WebRouter(sql.map(door -> door), Optional.empty());
        return Optional.of(WebListener.open(
                loops,
                system,
                settings.listen().web(),
                LimitsOf.web(settings),
                LimitsOf.front(settings, certificates),
                SocketSettings.DEFAULTS,
                sessions,
                handler));
    }

    /** Closes what has no other end; waits for the actor system, within a bound. Blocks. */
    void pullDown() {
        cancellation.ifPresent(pieces -> pieces.life().leave());
        system.terminate();
        try {
            system.getWhenTerminated()
                    .toCompletableFuture()
                    .orTimeout(TERMINATE_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        } catch (RuntimeException slow) {
            // The process is about to end anyway, and its sockets and actors with it.
        }
        release();
    }

    /** What remains when the actor system has terminated. Blocks for a moment. */
    void release() {
        files.shutdownNow();
        passwordCheckers.close();
        loops.close();
        certificates.ifPresent(CertificateStore::close);
        tokens.ifPresent(TokenDoor::close);
    }

    private ComputeTlsContexts computeContexts() throws StartFailure {
        try {
            return ComputeTlsContexts.create(
                    LimitsOf.provider(settings), settings.compute().tlsAuthorities());
        } catch (CertificateProblem problem) {
            throw new StartFailure(problem.getMessage(), problem);
        }
    }
}
