package dev.reveille.node.cluster;

import dev.reveille.cancellation.cluster.CancelRoutes;
import dev.reveille.cancellation.cluster.ClusterCancelDesk;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.SelfUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's lives in its cluster, one after another. A cluster that loses sight of a node gives it up for good; the node
 * then ends the actor system it was a member with, and joins again with a new one, while its sessions go on and cancel
 * requests for them are served from its own memory.
 *
 * <pre>
 *   begin ─▶ starting ─▶ joining ─▶ a member ─▶ given up, or broken ──┐
 *               ▲                       │ leave                       │
 *               │                       ▼                             │
 *               │                  over for good                      │
 *               └──────────────── after a pause ◀─────────────────────┘
 * </pre>
 *
 * Any thread; nothing here blocks the caller.
 */
public final class ClusterLife implements NodeLife {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterLife.class);
    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final Duration LEAVE_MAX = Duration.ofSeconds(10);

    /** A node that is joining others does so long before it was heard alone so often. */
    private static final Duration LOOK_AROUND = Duration.ofSeconds(3);

    private static final int HEARD_MAX = 3;

    /** Making an actor system takes its time and reads files. */
    private static final Executor STARTER =
            task -> Thread.ofVirtual().name("cluster-start").start(task);

    private enum Leaving implements CoordinatedShutdown.Reason {
        WITH_THE_NODE,
        FOR_THE_OTHERS
    }

    private final ClusterPlan plan;
    private final ClusterCancelDesk desk;
    private final Function<ActorSystem<?>, CancelRoutes> cancellation;
    private final Consumer<String> addressed;
    private final CompletableFuture<Done> over = new CompletableFuture<>();
    private Optional<ActorSystem<SelfUp>> system = Optional.empty();
    private boolean starting;
    private boolean leaving;
    private Duration pause = PAUSE_MIN;

    /**
     * @param desk is told whenever the node becomes a member, and whenever it is none any more
     * @param cancellation starts a node's part in the cancellation of its cluster, on the actor system of a member
     * @param addressed hears where others reach this node, {@code host:port}, each time it becomes a member
     */
    public ClusterLife(
            ClusterPlan plan,
            ClusterCancelDesk desk,
            Function<ActorSystem<?>, CancelRoutes> cancellation,
            Consumer<String> addressed) {
        this.plan = plan;
        this.desk = desk;
        this.cancellation = cancellation;
        this.addressed = addressed;
    }

    @Override
    public void begin() {
        if (plan.isOpenToStrangers()) {
            LOG.warn("cluster.bind is not on loopback and cluster.tls.directory is empty:"
                    + " whoever reaches that port can be a node, and learn what nodes know");
        }
        STARTER.execute(this::live);
    }

    @Override
    public CompletionStage<Done> leave() {
        Optional<ActorSystem<SelfUp>> last;
        synchronized (this) {
            leaving = true;
            last = system;
            if (last.isEmpty() && !starting) {
                over.complete(Done.getInstance());
            }
        }
        last.ifPresent(this::end);
        return over.copy().completeOnTimeout(Done.getInstance(), LEAVE_MAX.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public ClusterView view() {
        Optional<ActorSystem<SelfUp>> current;
        synchronized (this) {
            if (system.isEmpty()) {
                return new ClusterView(starting ? "starting" : "away", "", List.of());
            }
            current = system;
        }
        Cluster cluster = Cluster.get(current.get());
        CurrentClusterState state = cluster.state();
        Set<Member> unreachable = state.getUnreachable();
        return new ClusterView(
                state(cluster.selfMember()),
                address(cluster.selfMember()),
                StreamSupport.stream(state.getMembers().spliterator(), false)
                        .map(member ->
                                new ClusterView.Member(address(member), state(member), !unreachable.contains(member)))
                        .toList());
    }

    private void live() {
        synchronized (this) {
            if (leaving) {
                over.complete(Done.getInstance());
                return;
            }
            starting = true;
        }
        try {
            CompletableFuture<ActorSystem<SelfUp>> created = new CompletableFuture<>();
            ActorSystem<SelfUp> life = ActorSystem.create(
                    Membership.create(plan.seeds(), () -> created.thenAccept(this::becomesMember)),
                    ClusterPlan.SYSTEM,
                    plan.setup());
            boolean late;
            synchronized (this) {
                starting = false;
                system = Optional.of(life);
                late = leaving;
            }
            life.getWhenTerminated().whenComplete((_, _) -> ended());
            created.complete(life);
            if (late) {
                end(life);
            }
        } catch (RuntimeException broken) {
            LOG.error(
                    "the cluster's part of this node cannot start: {}",
                    rootOf(broken).toString());
            ended();
        }
    }

    /** A member that cannot take its part in cancellation is of no use to the others: another life may do better. */
    private void becomesMember(ActorSystem<SelfUp> life) {
        try {
            member(life);
        } catch (RuntimeException broken) {
            LOG.error(
                    "cancellation in the cluster cannot start: {}",
                    rootOf(broken).toString());
            end(life);
        }
    }

    private void member(ActorSystem<SelfUp> life) {
        CancelRoutes routes = cancellation.apply(life);
        String address = address(Cluster.get(life).selfMember());
        addressed.accept(address);
        desk.joined(routes);
        synchronized (this) {
            pause = PAUSE_MIN;
        }
        LOG.atInfo().addKeyValue("address", address).log("this node is a member of its cluster");
        lookAround(life, 0);
    }

    /**
     * The first seed founds a cluster where it sees nobody, also when it is only cut off, and two clusters never hear of
     * one another. So a node that is alone, although another seed answers all the time, begins a new life with that one.
     */
    private void lookAround(ActorSystem<SelfUp> life, int heard) {
        CompletableFuture.delayedExecutor(LOOK_AROUND.toNanos(), TimeUnit.NANOSECONDS, STARTER)
                .execute(() -> {
                    if (isOver(life)) {
                        return;
                    }
                    boolean alone = Cluster.get(life).state().members().size() == 1;
                    int now = alone && plan.anotherSeedAnswers() ? heard + 1 : 0;
                    if (now < HEARD_MAX) {
                        lookAround(life, now);
                    } else {
                        LOG.warn("this node is alone in its cluster, and others are not; it joins them");
                        CoordinatedShutdown.get(life).runAll(Leaving.FOR_THE_OTHERS);
                    }
                });
    }

    private synchronized boolean isOver(ActorSystem<SelfUp> life) {
        return leaving || !system.equals(Optional.of(life));
    }

    private void ended() {
        desk.parted();
        Duration wait;
        synchronized (this) {
            starting = false;
            system = Optional.empty();
            if (leaving) {
                over.complete(Done.getInstance());
                return;
            }
            wait = pause;
            pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause.multipliedBy(2);
        }
        LOG.atWarn()
                .addKeyValue("again-in", wait)
                .log("this node is no member of its cluster any more; its sessions go on");
        CompletableFuture.delayedExecutor(wait.toNanos(), TimeUnit.NANOSECONDS, STARTER)
                .execute(this::live);
    }

    private void end(ActorSystem<SelfUp> life) {
        if (plan.isAlone()) {
            life.terminate();
        } else {
            CoordinatedShutdown.get(life).runAll(Leaving.WITH_THE_NODE);
        }
    }

    private static String address(Member member) {
        return member.address().getHost().orElse("") + ":"
                + member.address().getPort().orElse(0);
    }

    private static String state(Member member) {
        return member.status().toString().toLowerCase(Locale.ROOT);
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
