package dev.reveille.node.cluster;

import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.gateway.redis.RedisKeyStore;
import dev.reveille.gateway.redis.RedisLeaseStore;
import dev.reveille.gateway.redis.RedisLink;
import dev.reveille.gateway.redis.RedisSettings;
import dev.reveille.node.commands.StartFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Redis that a node shares with others, and how the link to it is. Any thread. */
public final class SharedStore {

    private static final Logger LOG = LoggerFactory.getLogger(SharedStore.class);

    /** A Redis that is there answers in milliseconds; a node starts without one that is not. */
    private static final Duration START_MAX = Duration.ofSeconds(2);

    private static final String DISAGREEMENT =
            "reveille.cancellation.shards is %d here, but the nodes that share this Redis count %d; all must count alike";

    private final RedisKeyStore keys;
    private final RedisLeaseStore leases;
    private final CompletableFuture<Void> up = new CompletableFuture<>();
    private final CompletableFuture<Void> agreed;
    private final long latest = System.nanoTime() + START_MAX.toNanos();
    private volatile KeyStore.StoreLink link = KeyStore.StoreLink.DOWN;
    private volatile Optional<String> disagreement = Optional.empty();

    private SharedStore(RedisKeyStore keys, RedisLeaseStore leases, int shards) {
        this.keys = keys;
        this.leases = leases;
        this.agreed = agreeOn(shards);
    }

    /**
     * Begins to connect, and to ask how many shards the other nodes count; the link lives as long as {@code system}.
     *
     * @param shards as this node counts
     */
    public static SharedStore open(RedisSettings settings, int shards, ActorSystem<?> system) {
        RedisLink link = RedisLink.open(settings, system);
        SharedStore store = new SharedStore(RedisKeyStore.on(link, system), new RedisLeaseStore(link), shards);
        store.keys.watch(store::linkIs);
        return store;
    }

    /** Cancel keys. */
    public KeyStore keys() {
        return keys;
    }

    /** Leases. */
    public RedisLeaseStore leases() {
        return leases;
    }

    /** Whether Redis can be asked, as far as is known. */
    public KeyStore.StoreLink link() {
        return link;
    }

    /** What the nodes do not agree on, where Redis has said so after the start. */
    public Optional<String> disagreement() {
        return disagreement;
    }

    /**
     * Waits until the other nodes' number of shards is known. Where Redis is away that is found out later, and said in the
     * log and in the node's status. Blocks for a moment.
     *
     * @throws StartFailure where they count shards otherwise
     */
    public void awaitAgreement() throws StartFailure {
        try {
            agreed.get(Math.max(0, latest - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            LOG.warn("Redis does not answer; starting without it");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while starting", interrupted);
        } catch (ExecutionException failure) {
            LOG.warn(
                    "Redis cannot tell how many shards there are: {}",
                    failure.getCause().getMessage());
        }
        if (disagreement.isPresent()) {
            throw new StartFailure(disagreement.get());
        }
        agreed.thenRun(() -> disagreement.ifPresent(LOG::error));
    }

    private CompletableFuture<Void> agreeOn(int shards) {
        return up.thenCompose(_ -> keys.agreeOnShards(shards)).thenAccept(others -> {
            if (others != shards) {
                disagreement = Optional.of(DISAGREEMENT.formatted(shards, others));
            }
        });
    }

    private void linkIs(KeyStore.StoreLink now) {
        link = now;
        if (now == KeyStore.StoreLink.UP) {
            up.complete(null);
        }
    }
}
