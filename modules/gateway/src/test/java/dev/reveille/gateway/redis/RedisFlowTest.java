package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.RedisLink.State;
import dev.reveille.gateway.redis.RedisReply.Nil;
import dev.reveille.gateway.redis.RedisReply.Text;
import dev.reveille.kit.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RedisFlowTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LIFE = Duration.ofSeconds(90);

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void repliesComeInTheOrderOfTheCommands() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // Given
            open.run(IntStream.range(0, 1000)
                    .mapToObj(at -> new RedisCommand.Set("k" + at, "v" + at, LIFE))
                    .toArray(RedisCommand[]::new));

            // When
            List<RedisReply> replies = OpenLink.await(Source.range(0, 1999)
                    .<RedisCommand>map(at -> new RedisCommand.Get("k" + at))
                    .via(RedisFlow.create(open.link()))
                    .runWith(Sink.seq(), KIT.system()));

            // Then
            assertThat(replies)
                    .isEqualTo(IntStream.range(0, 2000)
                            .<RedisReply>mapToObj(at -> at < 1000 ? new Text("v" + at) : new Nil())
                            .toList());
        }
    }

    @Test
    void whatTheCallerGaveStaysBesideItsCommand() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // When
            CompletionStage<List<Pair<RedisReply, Integer>>> replies = Source.from(List.of("a", "b"))
                    .<Pair<RedisCommand, Integer>>map(key -> Pair.create(new RedisCommand.Get(key), key.codePointAt(0)))
                    .via(RedisFlow.<Integer>createWithContext(open.link()))
                    .runWith(Sink.seq(), KIT.system());

            // Then
            assertThat(OpenLink.await(replies))
                    .containsExactly(Pair.create(new Nil(), (int) 'a'), Pair.create(new Nil(), (int) 'b'));
        }
    }

    @Test
    void aReaderWhoTakesNothingStopsTheQuestions() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // Given
            AtomicInteger drawn = new AtomicInteger();
            RedisLimits limits = open.link().limits();
            // Batches in flight, one being gathered, one being told; commands: one that did not fit, and those that
            // went
            // through before it was full: to the reader, into its queue, and on the way there.
            int roomFor = (limits.batchesInFlightMax() + 2) * limits.batchMax() + 8;

            // When
            SinkQueueWithCancel<RedisReply> reader = Source.<RedisCommand>repeat(new RedisCommand.Ping())
                    .map(command -> {
                        drawn.incrementAndGet();
                        return command;
                    })
                    .via(RedisFlow.create(open.link()))
                    .runWith(Sink.queue(1), KIT.system());
            OpenLink.await(reader.pull());

            // Then: however long it takes
            for (int others = 0; others < 1_000; others++) {
                assertThat(open.ask(new RedisCommand.Ping())).isEqualTo(new Text("PONG"));
            }
            assertThat(drawn.get()).isLessThanOrEqualTo(roomFor);
            reader.cancel();
        }
    }

    @Test
    void aLostLinkDoesNotFailTheStream() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // Given
            redis.kill();
            open.states().await(State.DOWN);

            // When
            List<RedisReply> replies = OpenLink.await(Source.range(1, 1000)
                    .<RedisCommand>map(_ -> new RedisCommand.Ping())
                    .via(RedisFlow.create(open.link()))
                    .runWith(Sink.seq(), KIT.system()));

            // Then
            assertThat(replies).hasSize(1000).containsOnly(new RedisReply.Unanswered("Redis is away"));
        }
    }
}
