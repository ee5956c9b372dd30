package dev.reveille.node;

import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.gateway.postgres.PostgresListener;
import dev.reveille.gateway.web.WebListener;
import dev.reveille.node.admin.AdminServer;
import dev.reveille.node.admin.KeptCounts;
import dev.reveille.node.admin.NodeStatus;
import dev.reveille.node.admin.PoolCounts;
import dev.reveille.node.admin.Readiness;
import dev.reveille.node.cluster.SharedStore;
import dev.reveille.node.commands.RunningNode;
import dev.reveille.node.embedded.EmbeddedControlPlane;
import dev.reveille.node.settings.ListenAddress;
import dev.reveille.session.kept.KeptCounters;
import dev.reveille.session.pool.PoolCounters;
import dev.reveille.session.visit.Sessions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/**
 * A node at work, and how it leaves: the door is shut at once, idle sessions are sent away, running queries may finish
 * until the drain is over, then the computes are stopped and the lights go out. Each step is a task in one of Pekko's
 * shutdown phases. Any thread.
 */
final class LiveNode implements RunningNode, Readiness {

    /** After the drain those who are left are sent away; this is how long they may take to go. */
    private static final Duration HURRY_MAX = Duration.ofSeconds(5);

    /** A drain without end is not one; the phase's own timeout is longer than any setting. */
    private static final Duration DRAIN_ANSWER_MAX = Duration.ofHours(25);

    private enum Leaving implements CoordinatedShutdown.Reason {
        ON_SIGNAL
    }

    private final House house;
    private final Optional<EmbeddedControlPlane> embedded;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final CompletableFuture<Void> hurry = new CompletableFuture<>();
    private volatile Optional<PostgresListener> door = Optional.empty();
    private volatile Optional<WebListener> webDoor = Optional.empty();
    private volatile boolean leaving;

    LiveNode(House house, Optional<EmbeddedControlPlane> embedded) {
        this.house = house;
        this.embedded = embedded;
    }

    /** The doors are open: from now on the node is ready, and knows how to leave. */
    void open(PostgresListener listener, Optional<WebListener> web, AdminServer admin) {
        door = Optional.of(listener);
        webDoor = web;
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(house.system());
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "postgres-door", listener::close);
        web.ifPresent(open -> {
            shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "web-door", open::close);
            shutdown.addTask(CoordinatedShutdown.PhaseServiceRequestsDone(), "requests", () -> drainRequests(open));
        });
        shutdown.addTask(CoordinatedShutdown.PhaseServiceRequestsDone(), "sessions", this::drainSessions);
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceStop(),
                "computes",
                () -> embedded.map(EmbeddedControlPlane::stop)
                        .orElseGet(() -> CompletableFuture.completedFuture(Done.getInstance())));
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceStop(),
                "admin",
                () -> admin.stop().thenApply(_ -> Done.getInstance()));
        shutdown.addTask(
                CoordinatedShutdown.PhaseServiceStop(),
                "cluster",
                house.cancellation().life()::leave);
        // Last, so that nobody waits for it: a node serves its own sessions before it knows of any other.
        house.cancellation().life().begin();
        house.system().getWhenTerminated().whenComplete((_, failure) -> {
            // Not on a thread of the actor system or of a loop: closing the loops waits for them.
            Thread.ofVirtual().start(() -> {
                house.release();
                if (failure == null) {
                    stopped.complete(null);
                } else {
                    stopped.completeExceptionally(failure);
                }
            });
        });
    }

    InetSocketAddress postgresAddress() {
        return door.orElseThrow().address();
    }

    Optional<InetSocketAddress> webAddress() {
        return webDoor.map(WebListener::address);
    }

    @Override
    public List<String> greeting() {
        return embedded.map(plane -> {
                    List<String> lines = new ArrayList<>(List.of(
                            "Reveille is ready. Any endpoint name works; this one is called demo:",
                            "",
                            "psql \"postgresql://%s:%s@%s/%s?options=endpoint%%3Ddemo\""
                                    .formatted(
                                            EmbeddedControlPlane.ROLE,
                                            plane.password(),
                                            ListenAddress.format(postgresAddress()),
                                            EmbeddedControlPlane.DATABASE),
                            ""));
                    webAddress().ifPresent(web -> lines.add("WebSocket and HTTP: http://" + ListenAddress.format(web)));
                    return List.copyOf(lines);
                })
                .orElse(List.of());
    }

    @Override
    public void drain() {
        leaving = true;
        CoordinatedShutdown.get(house.system()).runAll(Leaving.ON_SIGNAL);
    }

    @Override
    public void hurry() {
        drain();
        hurry.complete(null);
    }

    @Override
    public CompletionStage<Void> stopped() {
        return stopped;
    }

    @Override
    public List<Check> startup() {
        return List.of(doorCheck(), webCheck());
    }

    @Override
    public List<Check> alive() {
        return house.loopWatch().stalled().isEmpty()
                ? List.of(Check.passed("loops"))
                : List.of(Check.failed("loops", "stalled: " + house.loopWatch().stalled()));
    }

    @Override
    public List<Check> ready() {
        Check staying = leaving ? Check.failed("staying", "the node is leaving") : Check.passed("staying");
        return List.of(doorCheck(), webCheck(), roomCheck(), agreementCheck(), staying);
    }

    @Override
    public NodeStatus status() {
        Cancellation cancellation = house.cancellation();
        String store = cancellation.store().isEmpty() ? "memory" : "redis";
        boolean degraded = cancellation
                .store()
                .filter(shared -> shared.link() == KeyStore.StoreLink.DOWN
                        || shared.disagreement().isPresent())
                .isPresent();
        return new NodeStatus(
                leaving,
                door.map(PostgresListener::connections).orElse(0),
                webDoor.map(WebListener::connections).orElse(0),
                cancellation.life().view(),
                cancellation.keys().size(),
                house.settings().cancellation().shards(),
                store,
                degraded,
                cancellation.turnedAway(),
                house.nodesCache(),
                house.accessCache(),
                keptCounts(house.kept()),
                poolCounts(house.pools().counters()),
                house.transactions().size());
    }

    private static KeptCounts keptCounts(KeptCounters counters) {
        return new KeptCounts(counters.resting(), counters.reused(), counters.resetsFailed(), counters.checksFailed());
    }

    private static PoolCounts poolCounts(PoolCounters counters) {
        return new PoolCounts(
                counters.open(),
                counters.idle(),
                counters.waiting(),
                counters.opened(),
                counters.hits(),
                counters.waits(),
                counters.refusals(),
                counters.resetsFailed(),
                counters.retries(),
                counters.cancels());
    }

    private Check doorCheck() {
        return door.isPresent() ? Check.passed("postgres-door") : Check.failed("postgres-door", "not open yet");
    }

    /** Passed also where there is to be none. */
    private Check webCheck() {
        boolean missing = house.settings().web().enabled() && webDoor.isEmpty();
        return missing ? Check.failed("web-door", "not open yet") : Check.passed("web-door");
    }

    private Check roomCheck() {
        int most = house.settings().limits().maxConnections();
        boolean full = door.map(open -> open.connections() >= most).orElse(false);
        return full ? Check.failed("room", most + " clients are connected") : Check.passed("room");
    }

    private Check agreementCheck() {
        return house.cancellation()
                .store()
                .flatMap(SharedStore::disagreement)
                .map(text -> Check.failed("shards", text))
                .orElseGet(() -> Check.passed("shards"));
    }

    private CompletionStage<Done> drainRequests(WebListener web) {
        CompletableFuture<Done> gone = web.drained().toCompletableFuture();
        CompletableFuture<Done> patienceOver = new CompletableFuture<Done>()
                .completeOnTimeout(Done.getInstance(), house.settings().drain().toNanos(), TimeUnit.NANOSECONDS);
        CompletableFuture.anyOf(patienceOver, hurry).thenRun(web::hurry);
        return CompletableFuture.anyOf(
                        gone,
                        CompletableFuture.anyOf(patienceOver, hurry)
                                .thenCompose(_ -> gone.copy()
                                        .completeOnTimeout(
                                                Done.getInstance(), HURRY_MAX.toNanos(), TimeUnit.NANOSECONDS)))
                .handle((_, _) -> Done.getInstance());
    }

    private CompletionStage<Done> drainSessions() {
        ActorSystem<Void> system = house.system();
        CompletableFuture<?>[] drained = house.sessions().stream()
                .map(host -> AskPattern.<Sessions.Message, Sessions.Drained>ask(
                                host, Sessions.Drain::new, DRAIN_ANSWER_MAX, system.scheduler())
                        .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture<Void> allGone =
                CompletableFuture.allOf(drained).thenCombine(house.pools().drain(DRAIN_ANSWER_MAX), (_, _) -> null);
        CompletableFuture<Void> patienceOver = new CompletableFuture<Void>()
                .completeOnTimeout(null, house.settings().drain().toNanos(), TimeUnit.NANOSECONDS);
        CompletableFuture.anyOf(patienceOver, hurry).thenRun(this::sendAllAway);
        CompletableFuture<Void> gone = CompletableFuture.anyOf(patienceOver, hurry)
                .thenCompose(_ -> allGone.copy().completeOnTimeout(null, HURRY_MAX.toNanos(), TimeUnit.NANOSECONDS));
        // Those who left in the middle of a query have still to be cancelled.
        return CompletableFuture.anyOf(allGone, gone)
                .handle((_, _) -> Done.getInstance())
                .thenCompose(_ -> house.cancellation().completed());
    }

    private void sendAllAway() {
        for (ActorRef<Sessions.Message> host : house.sessions()) {
            host.tell(Sessions.Hurry.INSTANCE);
        }
        house.pools().hurry();
    }
}
