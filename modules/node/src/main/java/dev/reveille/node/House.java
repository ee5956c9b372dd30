package dev.reveille.node;

import com.github.benmanes.caffeine.cache.Ticker;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.reveille.gateway.compute.BackDoor;
import dev.reveille.gateway.console.Console;
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
import dev.reveille.node.admin.CacheCounts;
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
import dev.reveille.session.kept.KeptConnections;
import dev.reveille.session.kept.KeptCounters;
import dev.reveille.session.pool.ComputePools;
import dev.reveille.session.pool.PoolCounters;
import dev.reveille.session.pool.PoolRoles;
import dev.reveille.session.pool.Transactions;
import dev.reveille.session.visit.SessionRoles;
import dev.reveille.session.visit.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.serialization.ByteArraySerializer;
import org.apache.pekko.util.ByteString;

/**
 * The pieces of one node, put together in the order in which they need one another, and taken apart in the other. Used by
 * the thread that starts the node, and by the one that ends it.
 */
final class House {

    private static final Duration TERMINATE_MAX = Duration.ofSeconds(10);
    private static final String SERIALISERS = "pekko.actor.serializers";
    private static final String SERIALISED = "pekko.actor.serialization-bindings";

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
    private final KeptCounters keptCounters = new KeptCounters();
    private Supplier<CacheCounts> nodesCache = () -> new CacheCounts(0, 0, 0);
    private Supplier<CacheCounts> accessCache = nodesCache;

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
                        BootstrapSetup.create(loops.dispatchers().withFallback(ofOneProcess(ConfigFactory.load()))),
                        new LoopsSetup(loops)));
        return new House(settings, loops, system);
    }

    /**
     * Nothing in this system leaves the process, so nothing is ever serialised. The serialisers, most of them for what the
     * nodes of a cluster tell one another, would all be made before the doors open.
     */
    private static Config ofOneProcess(Config config) {
        return ConfigFactory.parseMap(Map.of(
                        SERIALISERS + ".bytes", ByteArraySerializer.class.getName(), SERIALISED + ".\"[B\"", "bytes"))
                .withFallback(config.withoutPath(SERIALISERS).withoutPath(SERIALISED));
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

    /** The compute connections that sessions have left behind. Any thread. */
    KeptCounters kept() {
        return keptCounters;
    }

    /** How the cache of computes' addresses serves. Any thread once the house is furnished. */
    CacheCounts nodesCache() {
        return nodesCache.get();
    }

    /** The same of the cache of who may come in. */
    CacheCounts accessCache() {
        return accessCache.get();
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
        nodesCache = () -> new CacheCounts(ready.hits(), ready.misses(), ready.spuriousHits());
        accessCache = () -> new CacheCounts(access.hits(), access.misses(), access.spuriousHits());
        BackDoor backDoor = new BackDoor(
                loops.transport(), computeContexts(), LimitsOf.dialling(settings), SocketSettings.DEFAULTS);
        cancellation = Optional.of(Cancellation.prepare(
                settings, system, new DirectoryAuthority(access), canceller(backDoor), this::joinedCluster));
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
                    new KeptConnections(
                            settings.sessionPooling(), keptCounters, loop.eventLoop(), Ticker.systemTicker()),
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

    /** A node that is alone needs no way to others. */
    private void joinedCluster(ActorSystem<?> member) {
        if (settings.cluster().door().isPresent()) {
            routed.ifPresent(desk -> desk.joined(member));
        }
    }

    /**
     * Cancellations are few, and somebody waits for each. All are carried out on one loop, from the first step to the last,
     * so that none waits for another thread to wake up.
     */
    private Cancellation.Canceller canceller(BackDoor backDoor) {
        Loop loop = loops.all().getFirst();
        return new Cancellation.Canceller(backDoor.cancelDelivery(loop), loop.dispatcher());
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
        WebHandler handler = new WebRouter(
                sql.map(door -> door), settings.web().console() ? Optional.of(new Console()) : Optional.empty());
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
