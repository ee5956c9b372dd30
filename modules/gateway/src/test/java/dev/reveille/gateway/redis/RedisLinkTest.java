package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.redis.RedisLink.State;
import dev.reveille.gateway.redis.RedisReply.Count;
import dev.reveille.gateway.redis.RedisReply.Nil;
import dev.reveille.gateway.redis.RedisReply.Text;
import dev.reveille.gateway.redis.RedisReply.Unanswered;
import dev.reveille.kit.redis.RedisServer;
import dev.reveille.kit.sockets.DelayProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class RedisLinkTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LIFE = Duration.ofSeconds(90);

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void everyCommandIsAnsweredInOrder() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // When
            List<RedisReply> replies = open.run(
                    new RedisCommand.Ping(),
                    new RedisCommand.Set("k", "v", LIFE),
                    new RedisCommand.Get("k"),
                    new RedisCommand.Get("other"),
                    new RedisCommand.Expire("k", LIFE),
                    new RedisCommand.Expire("other", LIFE),
                    new RedisCommand.SetIfAbsent("k", "w"),
                    new RedisCommand.SetIfAbsent("new", "w"),
                    new RedisCommand.HGet("other", "data"),
                    new RedisCommand.Unlink("k"),
                    new RedisCommand.Unlink("k"),
                    new RedisCommand.Script("return #KEYS + ARGV[1]", List.of("k"), List.of("41")));

            // Then
            assertThat(replies)
                    .containsExactly(
                            new Text("PONG"),
                            new Text("OK"),
                            new Text("v"),
                            new Nil(),
                            new Count(1),
                            new Count(0),
                            new Nil(),
                            new Text("OK"),
                            new Nil(),
                            new Count(1),
                            new Count(0),
                            new Count(42));
        }
    }

    @Test
    void anErrorIsTheReplyToItsOwnCommandOnly() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // Given
            redis.call("HSET", "hash", "data", "v");

            // When
            List<RedisReply> replies = open.run(
                    new RedisCommand.Set("k", "v", LIFE),
                    new RedisCommand.Get("hash"),
                    new RedisCommand.HGet("hash", "data"),
                    new RedisCommand.Get("k"));

            // Then
            assertThat(replies)
                    .containsExactly(
                            new Text("OK"),
                            new RedisReply.Refused(
                                    "WRONGTYPE", "WRONGTYPE Operation against a key holding the wrong kind of value"),
                            new Text("v"),
                            new Text("v"));
        }
    }

    @Test
    void aLifeIsSetInSeconds() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // When
            open.run(
                    new RedisCommand.Set("short", "v", LIFE),
                    new RedisCommand.Set("long", "v", LIFE),
                    new RedisCommand.Expire("long", Duration.ofSeconds(630)));

            // Then
            assertThat(redis.call("TTL", "short")).isIn("90", "89");
            assertThat(redis.call("TTL", "long")).isIn("630", "629");
        }
    }

    @Test
    void aLinkMayBeOpenedWhileRedisIsAway() {
        try (var redis = RedisServer.start()) {
            // Given
            redis.kill();
            try (var open = OpenLink.begun(RedisSettings.parse(redis.uri()), KIT.system())) {
                open.states().await(State.DOWN);

                // When
                redis.restart();
                open.states().await(State.UP);

                // Then
                assertThat(open.ask(new RedisCommand.Ping())).isEqualTo(new Text("PONG"));
            }
        }
    }

    @Test
    void whileRedisIsAwayNobodyWaits() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // Given
            redis.kill();
            open.states().await(State.DOWN);

            // When
            CompletionStage<List<RedisReply>> replies = open.link().run(List.of(new RedisCommand.Get("k")));

            // Then
            assertThat(replies.toCompletableFuture()).isCompletedWithValue(List.of(new Unanswered("Redis is away")));
        }
    }

    @Test
    void aLinkMendsItselfWhenRedisIsBack() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // Given
            open.run(new RedisCommand.Set("k", "v", LIFE));
            redis.kill();
            open.states().await(State.DOWN);

            // When
            redis.restart();
            open.states().await(State.UP);

            // Then
            assertThat(open.ask(new RedisCommand.Get("k"))).isEqualTo(new Nil());
        }
    }

    @Test
    void aRedisThatHangsIsGivenUpAfterTheCommandsDeadline() {
        RedisLimits limits = OpenLink.LIMITS.withCommandMax(Duration.ofMillis(300));
        try (var redis = RedisServer.start();
                var open = OpenLink.to(RedisSettings.parse(redis.uri()).withLimits(limits), KIT.system())) {
            // Given
            redis.pause();

            // When
            List<RedisReply> replies = open.run(new RedisCommand.Get("k"), new RedisCommand.Get("l"));

            // Then
            Unanswered late = new Unanswered("no answer within PT0.3S");
            assertThat(replies).containsExactly(late, late);
            open.states().await(State.DOWN);
            redis.resume();
            open.states().await(State.UP);
        }
    }

    @Test
    void aRedisThatHangsIsNoticedWithoutAnybodyAsking() {
        RedisLimits limits = OpenLink.LIMITS.withCommandMax(Duration.ofMillis(300));
        try (var redis = RedisServer.start();
                var open = OpenLink.to(RedisSettings.parse(redis.uri()).withLimits(limits), KIT.system())) {
            // When
            redis.pause();

            // Then
            open.states().await(State.DOWN);
            redis.resume();
            open.states().await(State.UP);
        }
    }

    @Test
    void aConnectionThatAFirewallForgotIsReplaced() {
        try (var redis = RedisServer.start();
                var wire = DelayProxy.to(redis.port());
                var open = OpenLink.to("redis://127.0.0.1:" + wire.port(), KIT.system())) {
            // When
            wire.breakConnections();
            open.states().await(State.DOWN);
            open.states().await(State.UP);

            // Then
            assertThat(open.ask(new RedisCommand.Ping())).isEqualTo(new Text("PONG"));
        }
    }

    @Test
    void aLateAnswerIsNotTakenForTheAnswerToALaterCommand() {
        RedisLimits limits = OpenLink.LIMITS.withCommandMax(Duration.ofMillis(300));
        try (var redis = RedisServer.start();
                var wire = DelayProxy.to(redis.port());
                var open = OpenLink.to(
                        RedisSettings.parse("redis://127.0.0.1:" + wire.port()).withLimits(limits), KIT.system())) {
            // Given
            open.run(new RedisCommand.Set("first", "1", LIFE), new RedisCommand.Set("second", "2", LIFE));
            wire.cut();
            open.ask(new RedisCommand.Get("first"));
            open.states().await(State.DOWN);

            // When
            wire.heal();
            open.states().await(State.UP);

            // Then
            assertThat(open.ask(new RedisCommand.Get("second"))).isEqualTo(new Text("2"));
        }
    }

    @Test
    void aServerThatHasBecomeReadOnlyIsLeft() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // Given
            redis.call("REPLICAOF", "127.0.0.1", "1");

            // When
            RedisReply reply = open.ask(new RedisCommand.Set("k", "v", LIFE));

            // Then
            assertThat(reply)
                    .isInstanceOfSatisfying(
                            RedisReply.Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo("READONLY"));
            open.states().await(State.DOWN);
            redis.call("REPLICAOF", "NO", "ONE");
            open.states().await(State.UP);
            assertThat(open.ask(new RedisCommand.Set("k", "v", LIFE))).isEqualTo(new Text("OK"));
        }
    }

    @Test
    void whatRedisCannotDoForTheMomentIsAskedAgain() {
        try (var redis = RedisServer.start("--replica-serve-stale-data", "no");
                var open = OpenLink.to(
                        RedisSettings.parse(redis.uri())
                                .withLimits(OpenLink.LIMITS.withRetryAfter(Duration.ofMillis(500))),
                        KIT.system())) {
            // Given: a replica that has lost its primary answers MASTERDOWN.
            redis.call("SET", "k", "v");
            redis.call("REPLICAOF", "127.0.0.1", "1");
            CompletableFuture<List<RedisReply>> replies = open.link()
                    .run(List.of(new RedisCommand.Get("k"), new RedisCommand.Ping()))
                    .toCompletableFuture();
            redis.awaitReply("cmdstat_get:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1", "INFO", "commandstats");

            // When
            redis.call("REPLICAOF", "NO", "ONE");

            // Then
            assertThat(OpenLink.await(replies)).containsExactly(new Text("v"), new Text("PONG"));
            assertThat(redis.call("INFO", "commandstats")).containsPattern("cmdstat_get:calls=1,.*,rejected_calls=1,");
        }
    }

    @Test
    void whatRedisStillCannotDoIsRefused() {
        try (var redis = RedisServer.start("--replica-serve-stale-data", "no");
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // Given
            redis.call("REPLICAOF", "127.0.0.1", "1");

            // When
            RedisReply reply = open.ask(new RedisCommand.Get("k"));

            // Then
            assertThat(reply)
                    .isInstanceOfSatisfying(
                            RedisReply.Refused.class,
                            refused -> assertThat(refused.code()).isEqualTo("MASTERDOWN"));
        }
    }

    @Test
    void aClosedLinkAnswersNothingMore() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // When
            OpenLink.await(open.link().close());

            // Then
            open.states().await(State.DOWN);
            assertThat(open.ask(new RedisCommand.Ping())).isEqualTo(new Unanswered("Redis is away"));
        }
    }

    @Test
    void aListenerThatFailsHarmsNeitherTheLinkNorOthers() {
        try (var redis = RedisServer.start();
                var open = OpenLink.to(redis.uri(), KIT.system())) {
            // Given
            open.link().watch(_ -> {
                throw new IllegalStateException("listens badly");
            });
            LinkStates later = LinkStates.of(open.link());

            // When
            redis.kill();

            // Then
            later.await(State.DOWN);
            redis.restart();
            later.await(State.UP);
        }
    }
}
