package dev.reveille.gateway.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.pekko.Done;

/** A connection that Lettuce keeps. */
final class LettuceLine implements RedisLine {

    private final StatefulConnection<String, String> connection;
    private final RedisClusterAsyncCommands<String, String> commands;
    private final Runnable flush;
    private final boolean mendsItself;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<Done> ended = new CompletableFuture<>();

    private LettuceLine(
            StatefulConnection<String, String> connection,
            RedisClusterAsyncCommands<String, String> commands,
            Runnable flush,
            boolean mendsItself) {
        this.connection = connection;
        this.commands = commands;
        this.flush = flush;
        this.mendsItself = mendsItself;
    }

    /** One socket: a batch is flushed once, at its end. */
    static RedisLine toServer(StatefulRedisConnection<String, String> connection) {
        connection.setAutoFlushCommands(false);
        LettuceLine line = new LettuceLine(connection, connection.async(), connection::flushCommands, false);
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                line.ended.complete(Done.getInstance());
            }
        });
        if (!connection.isOpen()) {
            line.ended.complete(Done.getInstance()); // Before anybody listened.
        }
        return line;
    }

    /** Many sockets, which Lettuce opens when they are needed and mends itself; so it must flush itself, too. */
    static RedisLine toCluster(StatefulRedisClusterConnection<String, String> connection) {
        return new LettuceLine(connection, connection.async(), () -> {}, true);
    }

    @Override
    public List<CompletableFuture<RedisReply>> send(List<RedisCommand> batch) {
        List<CompletableFuture<RedisReply>> replies =
                batch.stream().map(this::write).toList();
        flush.run();
        return replies;
    }

    @Override
    public CompletionStage<Done> ended() {
        return ended.minimalCompletionStage();
    }

    @Override
    public boolean mendsItself() {
        return mendsItself;
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        connection.closeAsync().whenComplete((_, _) -> ended.complete(Done.getInstance()));
    }

    private CompletableFuture<RedisReply> write(RedisCommand command) {
        try {
            return switch (command) {
                case RedisCommand.Set set ->
                    replies(
                            commands.set(set.key(), set.value(), SetArgs.Builder.ex(seconds(set.life()))),
                            RedisReply.Text::new);
                case RedisCommand.SetIfAbsent set ->
                    replies(commands.set(set.key(), set.value(), SetArgs.Builder.nx()), RedisReply.Text::new);
                case RedisCommand.Expire expire ->
                    replies(
                            commands.expire(expire.key(), seconds(expire.life())),
                            lives -> new RedisReply.Count(lives ? 1 : 0));
                case RedisCommand.Get get -> replies(commands.get(get.key()), RedisReply.Text::new);
                case RedisCommand.HGet get -> replies(commands.hget(get.key(), get.field()), RedisReply.Text::new);
                case RedisCommand.Unlink unlink -> replies(commands.unlink(unlink.key()), RedisReply.Count::new);
                case RedisCommand.Ping _ -> replies(commands.ping(), RedisReply.Text::new);
                case RedisCommand.Script script ->
                    replies(
                            commands.<Long>eval(
                                    script.lua(),
                                    ScriptOutputType.INTEGER,
                                    script.keys().toArray(String[]::new),
                                    script.arguments().toArray(String[]::new)),
                            RedisReply.Count::new);
            };
        } catch (RedisException refused) {
            return CompletableFuture.completedFuture(failed(refused));
        }
    }

    private static <T> CompletableFuture<RedisReply> replies(
            CompletionStage<T> answer, Function<? super T, ? extends RedisReply> present) {
        return answer.<RedisReply>handle((value, failure) -> failure != null
                        ? failed(failure)
                        : Optional.ofNullable(value).<RedisReply>map(present).orElseGet(RedisReply.Nil::new))
                .toCompletableFuture();
    }

    private static RedisReply failed(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> failed(wrapped.getCause());
            case RedisCommandExecutionException error -> RedisReply.Refused.of(String.valueOf(error.getMessage()));
            // Its message might quote the command.
            default ->
                new RedisReply.Unanswered(
                        "the connection failed: " + failure.getClass().getSimpleName());
        };
    }

    private static long seconds(Duration life) {
        return Math.max(1, life.toSeconds());
    }
}
