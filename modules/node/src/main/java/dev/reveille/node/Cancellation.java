package dev.reveille.node;

import dev.reveille.cancellation.CancelAuthority;
import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelDesk;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.cluster.CancellationCluster;
import dev.reveille.cancellation.cluster.CancellationShard;
import dev.reveille.cancellation.cluster.ClusterCancelDesk;
import dev.reveille.cancellation.cluster.Sessionless;
import dev.reveille.cancellation.execution.CancelExecutor;
import dev.reveille.cancellation.execution.ExecutionSettings;
import dev.reveille.cancellation.limits.CancelLimiter;
import dev.reveille.cancellation.limits.CancelRate;
import dev.reveille.cancellation.limits.LimitedCancelDesk;
import dev.reveille.cancellation.sealing.KeyRing;
import dev.reveille.cancellation.sealing.SealedKeys;
import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.gateway.tls.CertificateProblem;
import dev.reveille.node.cluster.ClusterLife;
import dev.reveille.node.cluster.ClusterPlan;
import dev.reveille.node.cluster.ClusterTls;
import dev.reveille.node.cluster.LifeAlone;
import dev.reveille.node.cluster.NodeLife;
import dev.reveille.node.cluster.SharedStore;
import dev.reveille.node.commands.StartFailure;
import dev.reveille.node.settings.ClusterSettings;
import dev.reveille.node.settings.NodeSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** The pieces of a node that have to do with cancel requests, put together. Any thread. */
final class Cancellation {

    /** Whoever waits longer for an answer than a delivery may take waits for nothing. */
    private static final Duration DRAIN_MAX =
            ExecutionSettings.DEFAULTS.deadline().plusSeconds(1);

    /**
     * Who carries cancellations out.
     *
     * @param computes brings cancel requests to computes
     * @param dispatcher where that is arranged
     */
    record Canceller(CancelDelivery computes, String dispatcher) {}

    private final NodeSettings settings;
    private final ActorSystem<Void> system;
    private final Optional<SealedKeys> sealed;
    private final CancelKeys keys;
    private final Optional<SharedStore> store;
    private final ActorRef<CancelExecutor.Command> executor;
    private final CancelLimiter limiter = new CancelLimiter(CancelRate.DEFAULTS, System::nanoTime);
    private final ClusterCancelDesk desk;
    private final Optional<ClusterTls> tls;
    private final NodeLife life;

    private Cancellation(
            NodeSettings settings,
            ActorSystem<Void> system,
            CancelAuthority authority,
            Canceller canceller,
            Optional<SharedStore> store,
            Optional<ClusterTls> tls,
            Consumer<ActorSystem<?>> joined) {
        this.settings = settings;
        this.system = system;
        this.store = store;
        this.tls = tls;
        this.sealed = keyRing(settings).map(SealedKeys::new);
        this.keys = sealed.map(CancelKeys::sealing).orElseGet(CancelKeys::plain);
        this.executor = system.systemActorOf(
                CancelExecutor.create(canceller.computes(), ExecutionSettings.DEFAULTS),
                "cancel-executor",
                DispatcherSelector.fromConfig(canceller.dispatcher()));
        this.desk = new ClusterCancelDesk(
                keys, new Sessionless(store.map(SharedStore::keys), authority, delivery()), LimitsOf.cluster(settings));
        this.life = settings.cluster().door().isEmpty() && store.isEmpty() ? lifeAlone() : lifeAmongOthers(joined);
        // Known before the node is a member, so that sessions of the first moment are found, too.
        settings.cluster()
                .door()
                .map(ClusterSettings.Door::advertised)
                .filter(address -> address.port() > 0)
                .ifPresent(address -> reachableAt(address.toString()));
    }

    /**
     * Reads the certificates for other nodes; begins to connect to the store.
     *
     * @param canceller carries cancellations out
     * @param joined hears of the actor system of each life in the cluster, once this node is a member
     */
    static Cancellation prepare(
            NodeSettings settings,
            ActorSystem<Void> system,
            CancelAuthority authority,
            Canceller canceller,
            Consumer<ActorSystem<?>> joined)
            throws StartFailure {
        Optional<ClusterTls> tls = openTls(settings);
        Optional<SharedStore> store = settings.cancellation()
                .store()
                .map(redis -> SharedStore.open(redis, settings.cancellation().shards(), system));
        return new Cancellation(settings, system, authority, canceller, store, tls, joined);
    }

    /** Where there is a store: all nodes that share it agree about what is in it. Blocks for a moment. */
    void awaitAgreement() throws StartFailure {
        if (store.isPresent()) {
            store.get().awaitAgreement();
        }
    }

    CancelKeys keys() {
        return keys;
    }

    /** Where sessions bring the cancel requests that they hear. */
    CancelDesk desk() {
        return new LimitedCancelDesk(limiter, desk);
    }

    /** Requests that were turned away here, since the start. */
    long turnedAway() {
        return limiter.refused() + desk.dropped();
    }

    /** A few at a time for each compute, whoever asks. */
    CancelDelivery delivery() {
        return CancelExecutor.delivery(executor, ExecutionSettings.DEFAULTS);
    }

    NodeLife life() {
        return life;
    }

    Optional<SharedStore> store() {
        return store;
    }

    /** Looks again at files that may have changed. Blocks. */
    void lookAtCertificates() {
        tls.ifPresent(ClusterTls::look);
    }

    /** Completes when no cancellation is under way or waits, or when none can be any more. */
    CompletionStage<Done> completed() {
        return AskPattern.<CancelExecutor.Command, CancelExecutor.Drained>ask(
                        executor, CancelExecutor.Drain::new, DRAIN_MAX, system.scheduler())
                .handle((_, _) -> Done.getInstance());
    }

    private NodeLife lifeAlone() {
        return new LifeAlone(
                desk,
                CancellationCluster.ofNodeAlone(system, settings.cancellation().shards()));
    }

    private NodeLife lifeAmongOthers(Consumer<ActorSystem<?>> joined) {
        int shards = settings.cancellation().shards();
        Optional<KeyStore> shardsStore = store.map(SharedStore::keys);
        return new ClusterLife(
                new ClusterPlan(settings.cluster(), shards, tls, store.map(SharedStore::leases)),
                desk,
                member -> {
                    joined.accept(member);
                    return CancellationCluster.start(
                            member,
                            keys,
                            shards,
                            shard -> CancellationShard.create(shard, shardsStore, LimitsOf.shards(settings)),
                            LimitsOf.cluster(settings));
                },
                this::reachableAt);
    }

    private void reachableAt(String address) {
        if (settings.cluster().door().isPresent()) {
            sealed.ifPresent(keeper -> keeper.reachableAt(address));
        }
    }

    /** In a cluster only what all nodes know is of use. */
    private static Optional<KeyRing> keyRing(NodeSettings settings) {
        Optional<KeyRing> configured = settings.cancellation().sealing();
        return configured.isEmpty() && settings.cluster().door().isEmpty() ? Optional.of(KeyRing.random()) : configured;
    }

    private static Optional<ClusterTls> openTls(NodeSettings settings) throws StartFailure {
        Optional<Path> directory = settings.cluster().door().flatMap(ClusterSettings.Door::tls);
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ClusterTls.open(directory.get()));
        } catch (CertificateProblem problem) {
            throw new StartFailure(problem.getMessage(), problem);
        }
    }
}
