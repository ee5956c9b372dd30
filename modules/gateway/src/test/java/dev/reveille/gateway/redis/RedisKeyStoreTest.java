package dev.reveille.gateway.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.cancellation.store.KeyStore.StoreLink;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreCommand.Extend;
import dev.reveille.cancellation.store.StoreCommand.Fetch;
import dev.reveille.cancellation.store.StoreCommand.Put;
import dev.reveille.cancellation.store.StoreCommand.Remove;
import dev.reveille.cancellation.store.StoreReply;
import dev.reveille.cancellation.store.StoreReply.Done;
import dev.reveille.cancellation.store.StoreReply.Failed;
import dev.reveille.cancellation.store.StoreReply.Found;
import dev.reveille.cancellation.store.StoreReply.Missing;
import dev.reveille.cancellation.store.StoredRecord;
import dev.reveille.gateway.redis.RedisLink.State;
import dev.reveille.kit.redis.RedisServer;
import dev.reveille.kit.sockets.DelayProxy;
import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisKeyStoreTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final Duration LIFE = Duration.ofSeconds(90);
    private static final long KEY = 0x30390000d431L;
    private static final String KEY_TEXT = "cancel:30390000d431";
    private static final CancelRecord RECORD = new CancelRecord(
            new CancelTarget(
                    new InetSocketAddress(InetAddress.ofLiteral("10.1.2.3"), 5432),
                    CancelTarget.Security.TLS,
                    "compute-1.example",
                    77,
                    ByteString.fromInts(0xff, 0, 0, 1)),
            new EndpointKey(new EndpointId("blue-sky-42"), List.of(new ComputeOption("lsn", "0/2"))),
            new RoleName("alice"));

    private final RedisServer redis = RedisServer.start();
    private final OpenLink open = OpenLink.to(
            RedisSettings.parse(redis.uri()).withLimits(OpenLink.LIMITS.withCommandMax(Duration.ofSeconds(10))),
            KIT.system());
    private final RedisKeyStore store = RedisKeyStore.on(open.link(), KIT.system());

    @AfterEach
    void close() {
        open.close();
        redis.close();
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    @Test
    void aRecordIsKeptUnderItsNameForItsLife() {
        // When
        List<StoreReply> replies = execute(new Put(KEY, RECORD, LIFE));

        // Then
        assertThat(replies).containsExactly(new Done());
        assertThat(redis.call("GET", KEY_TEXT))
                .isEqualTo(StoredRecord.of(RECORD).orElseThrow().json());
        assertThat(redis.call("TTL", KEY_TEXT)).isIn("90", "89");
    }

    @Test
    void whatIsKeptIsFound() {
        // When
        List<StoreReply> replies = execute(new Put(KEY, RECORD, LIFE), new Fetch(KEY));

        // Then
        assertThat(replies).containsExactly(new Done(), new Found(RECORD));
    }

    @Test
    void whatIsNotKeptIsMissing() {
        // When
        List<StoreReply> replies = execute(new Fetch(KEY), new Extend(KEY, LIFE), new Remove(KEY));

        // Then
        assertThat(replies).containsExactly(new Missing(), new Missing(), new Missing());
    }

    @Test
    void aKeyIsExtendedAndRemoved() {
        // Given
        execute(new Put(KEY, RECORD, LIFE));

        // When
        List<StoreReply> extended = execute(new Extend(KEY, Duration.ofSeconds(630)));
        String life = redis.call("TTL", KEY_TEXT);
        List<StoreReply> removed = execute(new Remove(KEY), new Fetch(KEY));

        // Then
        assertThat(extended).containsExactly(new Done());
        assertThat(life).isIn("630", "629");
        assertThat(removed).containsExactly(new Done(), new Missing());
    }

    @Test
    void aHashOfOldTimesIsRead() {
        // Given
        redis.call(
                "HSET", KEY_TEXT, "data", StoredRecord.of(RECORD).orElseThrow().json());

        // When
        List<StoreReply> replies = execute(new Put(1, RECORD, LIFE), new Fetch(KEY), new Fetch(1));

        // Then
        assertThat(replies).containsExactly(new Done(), new Found(RECORD), new Found(RECORD));
        assertThat(redis.calls("hget")).isEqualTo(1);
    }

    @Test
    void anotherTypeUnderOneKeyFailsThatKeyOnly() {
        // Given
        redis.call("LPUSH", KEY_TEXT, "x");

        // When
        List<StoreReply> replies = execute(new Put(1, RECORD, LIFE), new Fetch(KEY), new Fetch(1));

        // Then
        assertThat(replies)
                .containsExactly(
                        new Done(),
                        new Failed("WRONGTYPE Operation against a key holding the wrong kind of value", false),
                        new Found(RECORD));
    }

    @Test
    void garbageUnderOneKeyFailsThatKeyOnly() {
        // Given
        redis.call("SET", KEY_TEXT, "{\"socket_addr\":\"garbage-secret\"");

        // When
        List<StoreReply> replies = execute(new Put(1, RECORD, LIFE), new Fetch(KEY), new Fetch(1));

        // Then
        assertThat(replies)
                .containsExactly(
                        new Done(), new Failed("what is kept there is not a cancel record", false), new Found(RECORD));
    }

    @Test
    void aSecretThatTheFormatHasNoRoomForIsNotSent() {
        // Given
        CancelTarget target = RECORD.target();
        CancelRecord longer = new CancelRecord(
                new CancelTarget(
                        target.address(),
                        target.security(),
                        target.hostname(),
                        target.processId(),
                        ByteString.fromArray(new byte[32])),
                RECORD.endpoint(),
                RECORD.role());

        // When
        List<StoreReply> replies = execute(new Put(KEY, longer, LIFE));

        // Then
        assertThat(replies).containsExactly(new Failed("the record does not fit the store's format", false));
        assertThat(redis.call("EXISTS", KEY_TEXT)).isEqualTo("0");
    }

    @Test
    void manyBatchesOfManyAskersShareTheLink() {
        // Given
        List<CompletionStage<List<StoreReply>>> batches = LongStream.range(0, 64)
                .mapToObj(shard -> store.execute(LongStream.range(shard * 100, shard * 100 + 100)
                        .<StoreCommand>mapToObj(key -> new Put(key, RECORD, LIFE))
                        .toList()))
                .toList();

        // When
        List<StoreReply> replies = batches.stream()
                .flatMap(batch -> OpenLink.await(batch).stream())
                .toList();

        // Then
        assertThat(replies).hasSize(6400).containsOnly(new Done());
        assertThat(redis.call("DBSIZE")).isEqualTo("6400");
    }

    @Test
    void aKilledRedisFailsTheLinkAndAnEmptyOneMissesKeys() {
        // Given
        execute(new Put(KEY, RECORD, LIFE));
        redis.kill();
        open.states().await(State.DOWN);

        // When
        List<StoreReply> away = execute(new Fetch(KEY));
        redis.restart();
        open.states().await(State.UP);
        List<StoreReply> empty = execute(new Extend(KEY, LIFE), new Put(KEY, RECORD, LIFE), new Fetch(KEY));

        // Then
        assertThat(away).containsExactly(new Failed("Redis is away", true));
        assertThat(empty).containsExactly(new Missing(), new Done(), new Found(RECORD));
    }

    @Test
    void aRedisThatHangsFailsEveryCommandInTime() {
        RedisLimits limits = OpenLink.LIMITS.withCommandMax(Duration.ofMillis(500));
        try (var hurried = OpenLink.to(RedisSettings.parse(redis.uri()).withLimits(limits), KIT.system())) {
            // Given
            RedisKeyStore soon = RedisKeyStore.on(hurried.link(), KIT.system());
            redis.pause();
            long begun = System.nanoTime();

            // When
            List<CompletionStage<List<StoreReply>>> batches = LongStream.range(0, 50)
                    .mapToObj(at -> soon.execute(LongStream.range(at * 128, at * 128 + 128)
                            .<StoreCommand>mapToObj(Fetch::new)
                            .toList()))
                    .toList();
            List<StoreReply> replies = batches.stream()
                    .flatMap(batch -> OpenLink.await(batch).stream())
                    .toList();

            // Then: all fail together, and not one pipeline after the other.
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            assertThat(replies)
                    .hasSize(50 * 128)
                    .allSatisfy(reply -> assertThat(reply)
                            .isInstanceOfSatisfying(
                                    Failed.class,
                                    failed -> assertThat(failed.linkFailed()).isTrue()));
            redis.resume();
        }
    }

    @Test
    void aReadOnlyRedisFailsTheLinkAndKeepsNothing() {
        // Given
        redis.call("REPLICAOF", "127.0.0.1", "1");

        // When
        List<StoreReply> replies = execute(new Put(KEY, RECORD, LIFE));

        // Then
        assertThat(replies)
                .singleElement()
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.linkFailed()).isTrue());
        open.states().await(State.DOWN);
    }

    @Test
    void moreThanTheQueueHoldsIsRefusedAtOnce() {
        RedisLimits limits = OpenLink.LIMITS.withBatches(8, 1).withQueueMax(16);
        try (var wire = DelayProxy.to(redis.port());
                var narrow = OpenLink.to(
                        RedisSettings.parse("redis://127.0.0.1:" + wire.port()).withLimits(limits), KIT.system())) {
            // Given
            RedisKeyStore small = RedisKeyStore.on(narrow.link(), KIT.system());
            wire.cut();

            // When
            CompletionStage<List<StoreReply>> replies = small.execute(
                    LongStream.range(0, 1000).<StoreCommand>mapToObj(Fetch::new).toList());
            wire.heal();

            // Then
            List<StoreReply> answered = OpenLink.await(replies);
            assertThat(answered)
                    .contains(new Failed("too much waits for Redis", true))
                    .contains(new Missing())
                    .hasSize(1000);
        }
    }

    @Test
    void theLinksStateIsPublished() throws InterruptedException {
        // Given
        BlockingQueue<StoreLink> heard = new LinkedBlockingQueue<>();
        store.watch(heard::add);
        StoreLink first = heard.poll(20, TimeUnit.SECONDS);

        // When
        redis.kill();

        // Then
        assertThat(first).isEqualTo(StoreLink.UP);
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(StoreLink.DOWN);
    }

    @Test
    void theFirstNumberOfShardsHolds() {
        // Given
        Integer first = OpenLink.await(store.agreeOnShards(64));

        // When
        Integer second = OpenLink.await(store.agreeOnShards(32));

        // Then
        assertThat(first).isEqualTo(64);
        assertThat(second).isEqualTo(64);
        assertThat(redis.call("TTL", "reveille:cancellation:shards")).isEqualTo("-1");
    }

    @Test
    void whereRedisIsAwayNobodyAgreesOnShards() {
        // Given
        redis.kill();
        open.states().await(State.DOWN);

        // When
        CompletionStage<Integer> agreed = store.agreeOnShards(64);

        // Then
        assertThat(agreed.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(RedisUnavailable.class);
    }

    private List<StoreReply> execute(StoreCommand... commands) {
        return OpenLink.await(store.execute(List.of(commands)));
    }
}
