package dev.reveille.gateway.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.pekko.Done;

/**
 * Opens connections with Lettuce, on two threads of its own (epoll where Netty has it), in RESP3 where the server knows
 * it. To servers and through sentinels Lettuce neither connects again nor keeps commands for later: that is left to the
 * {@link RedisLink}. In a cluster it must do both, since it opens connections to nodes when they are needed.
 */
final class LettuceDialler implements RedisDialler {

    private static final int THREADS = 2; // Fewer are not possible.
    private static final Duration LAST_DIAL_MAX = Duration.ofMillis(500);
    private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(2);

    private final RedisSettings settings;
    private final Optional<CurrentPassword> password;
    private final Optional<CurrentPassword> sentinelPassword;
    private Optional<Client> client = Optional.empty();
    private volatile CompletableFuture<?> lastDial = CompletableFuture.completedFuture(Done.getInstance());

    /** Lettuce's client, of whichever kind. */
    private record Client(
            ClientResources resources,
            Supplier<CompletionStage<RedisLine>> dial,
            Supplier<CompletableFuture<Void>> shutdown) {}

    LettuceDialler(
            RedisSettings settings, Optional<CurrentPassword> password, Optional<CurrentPassword> sentinelPassword) {
        this.settings = settings;
        this.password = password;
        this.sentinelPassword = sentinelPassword;
    }

    @Override
    public CompletionStage<RedisLine> dial() {
        // The first dial reads the file of authorities, which is nothing for an actor's thread.
        CompletableFuture<RedisLine> line = CompletableFuture.supplyAsync(
                        () -> client().dial().get(),
                        dialling -> Thread.ofVirtual().name("redis-dial").start(dialling))
                .thenCompose(dialled -> dialled)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(new RedisUnavailable(reason(failure))));
        lastDial = line;
        return line;
    }

    @Override
    public CompletionStage<Done> close() {
        // A dial that is under way complains loudly when its threads are taken away.
        return lastDial.handle((_, _) -> Done.getInstance())
                .completeOnTimeout(Done.getInstance(), LAST_DIAL_MAX.toMillis(), TimeUnit.MILLISECONDS)
                .thenCompose(_ -> shutdown());
    }

    private synchronized CompletionStage<Done> shutdown() {
        CompletableFuture<Done> closed = new CompletableFuture<>();
        client.ifPresentOrElse(
                open -> open.shutdown()
                        .get()
                        // It waits for connections to nodes that are gone, which are tried again and again.
                        .completeOnTimeout(null, SHUTDOWN_MAX.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete((_, _) -> open.resources()
                                .shutdown(0, 1, TimeUnit.SECONDS)
                                .addListener(_ -> closed.complete(Done.getInstance()))),
                () -> closed.complete(Done.getInstance()));
        return closed;
    }

    /** Made when it is first needed; where that fails, because a file is missing, it is tried again. */
    private synchronized Client client() {
        Client made = client.orElseGet(() -> create(ssl()));
        client = Optional.of(made);
        return made;
    }

    private Client create(SslOptions ssl) {
        ClientResources resources = ClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .build();
        return switch (settings.topology()) {
            case RedisTopology.Single single ->
                servers(resources, ssl, uri(single.node()).build());
            case RedisTopology.Sentinel sentinel -> servers(resources, ssl, sentinelUri(sentinel));
            case RedisTopology.Cluster cluster -> cluster(resources, ssl, cluster);
        };
    }

    private Client servers(ClientResources resources, SslOptions ssl, RedisURI uri) {
        RedisClient client = RedisClient.create(resources);
        client.setOptions(options(ClientOptions.builder(), ssl)
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        return new Client(
                resources,
                () -> client.connectAsync(StringCodec.UTF8, uri).thenApply(LettuceLine::toServer),
                () -> client.shutdownAsync(0, 1, TimeUnit.SECONDS));
    }

    private Client cluster(ClientResources resources, SslOptions ssl, RedisTopology.Cluster cluster) {
        List<RedisURI> nodes =
                cluster.nodes().stream().map(node -> uri(node).build()).toList();
        RedisClusterClient client = RedisClusterClient.create(resources, nodes);
        ClusterClientOptions.Builder options = ClusterClientOptions.builder();
        options(options, ssl);
        client.setOptions(options.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh()
                        // Besides, whoever finds a node gone, or is sent elsewhere, asks who has what now, so often at
                        // most.
                        .adaptiveRefreshTriggersTimeout(settings.limits().reconnectMax())
                        .build())
                .build());
        return new Client(
                resources,
                () -> client.refreshPartitionsAsync()
                        .thenCompose(_ -> client.connectAsync(StringCodec.UTF8))
                        .thenApply(LettuceLine::toCluster),
                () -> client.shutdownAsync(0, 1, TimeUnit.SECONDS));
    }

    private RedisURI sentinelUri(RedisTopology.Sentinel topology) {
        RedisURI.Builder builder = RedisURI.builder().withSentinelMasterId(topology.primary());
        topology.sentinels().forEach(node -> {
            RedisURI.Builder sentinel = RedisURI.Builder.redis(node.host(), node.port());
            sentinelPassword.ifPresent(sentinel::withAuthentication);
            builder.withSentinel(sentinel.build());
        });
        return common(builder).build(); // What is common, TLS above all, is passed on to the sentinels.
    }

    private RedisURI.Builder uri(RedisTopology.Node node) {
        return common(RedisURI.Builder.redis(node.host(), node.port()));
    }

    private RedisURI.Builder common(RedisURI.Builder builder) {
        builder.withSsl(settings.tls())
                .withVerifyPeer(SslVerifyMode.FULL)
                .withDatabase(settings.database())
                .withTimeout(settings.limits().commandMax());
        password.ifPresent(builder::withAuthentication);
        return builder;
    }

    private ClientOptions.Builder options(ClientOptions.Builder builder, SslOptions ssl) {
        RedisLimits limits = settings.limits();
        return builder.requestQueueSize(limits.queueMax())
                .reauthenticateBehavior(ClientOptions.ReauthenticateBehavior.ON_NEW_CREDENTIALS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                // The link has one deadline for each batch, which is cheaper than one for each command.
                .timeoutOptions(TimeoutOptions.create())
                .sslOptions(ssl)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(limits.connectMax())
                        .keepAlive(true)
                        .build());
    }

    /** Fails where the file of authorities is missing. */
    private SslOptions ssl() {
        SslOptions.Builder ssl = SslOptions.builder().jdkSslProvider();
        settings.authorities().ifPresent(file -> ssl.trustManager(file.toFile()));
        return ssl.build();
    }

    /** The root of it, since Lettuce wraps much; of Redis's own words only those that quote nothing. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof RedisCommandExecutionException error
                ? RedisReply.Refused.of(String.valueOf(error.getMessage())).reason()
                : root.toString();
    }
}
