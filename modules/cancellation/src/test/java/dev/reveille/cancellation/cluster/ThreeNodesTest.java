package dev.reveille.cancellation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.cluster.CancellationShard.Answer;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.cluster.typed.Leave;
import org.apache.pekko.util.ByteString;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancel requests among three nodes: real cluster systems in this process, real shards, no store. */
class ThreeNodesTest {

    private static final int SHARDS = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOOK_UP_MAX = Duration.ofSeconds(1);

    private final List<OneNode> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.reversed().forEach(OneNode::crash);
    }

    @Test
    void aSessionIsCancelledThroughEachOfTheOtherNodes() {
        // Given
        three(ThreeNodesTest::shard);
        TestSession session = TestSession.on(nodes.get(0).keys);
        isKnownTo(nodes.get(1), session);

        // When
        OneNode.await(
                nodes.get(1).desk.cancel(session.key(), TestSession.ORIGIN).toCompletableFuture());
        OneNode.await(
                nodes.get(2).desk.cancel(session.key(), TestSession.ORIGIN).toCompletableFuture());

        // Then
        assertThat(session.origins())
                .extracting(CancelOrigin::client)
                .containsExactly(TestSession.ORIGIN.client(), TestSession.ORIGIN.client());
    }

    @Test
    void aSessionThatHasJustBegunIsCancelledThroughAnotherNode() {
        // Given
        three(ThreeNodesTest::shard);

        // When: its registration may not have arrived yet, and shards may just be starting
        List<TestSession> sessions = new ArrayList<>();
        for (int number = 0; number < 50; number++) {
            TestSession session = TestSession.on(nodes.get(0).keys);
            sessions.add(session);
            OneNode.await(
                    nodes.get(1).desk.cancel(session.key(), TestSession.ORIGIN).toCompletableFuture());
        }

        // Then
        assertThat(sessions).allSatisfy(session -> assertThat(session.origins()).hasSize(1));
    }

    @Test
    void whereShardsDoNotAnswerTheNodesThemselvesAreAsked() {
        // Given
        three(_ -> Behaviors.ignore());
        TestSession session = TestSession.on(nodes.get(2).keys);

        // When
        long begun = System.nanoTime();
        OneNode.await(
                nodes.get(0).desk.cancel(session.key(), TestSession.ORIGIN).toCompletableFuture());

        // Then
        assertThat(session.origins()).hasSize(1);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void ofThreeNodesTheOthersAreAskedAtOnceAndNoShardIs() {
        // Given: shards that would keep it waiting
        three(_ -> Behaviors.ignore(), OneNode.AT_ONCE);
        TestSession session = TestSession.on(nodes.get(2).keys);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> nodes.get(0).routes.peers().settled().size() == 2);

        // When
        long begun = System.nanoTime();
        OneNode.await(
                nodes.get(0).desk.cancel(session.key(), TestSession.ORIGIN).toCompletableFuture());

        // Then
        assertThat(session.origins()).hasSize(1);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(ClusterLimits.DEFAULTS.shardMax());
    }

    @Test
    void aSessionThatTakesItsTimeIsAskedOnceAlthoughTheShardNamesItToo() {
        // Given
        three(ThreeNodesTest::shard, OneNode.AT_ONCE);
        TestSession session = TestSession.slowOn(nodes.get(2).keys);
        isKnownTo(nodes.get(0), session);

        // When
        CompletableFuture<Done> request =
                nodes.get(0).desk.cancel(session.key(), TestSession.ORIGIN).toCompletableFuture();
        Awaitility.await()
                .during(ClusterLimits.DEFAULTS.shardMax())
                .atMost(PATIENCE)
                .until(() -> !session.origins().isEmpty());

        // Then
        assertThat(request).isNotDone();
        session.isDone();
        OneNode.await(request);
        assertThat(session.origins()).hasSize(1);
    }

    @Test
    void whoHasJustComeIsNotSettled() {
        // Given
        three(ThreeNodesTest::shard);

        // Then
        assertThat(nodes.get(0).routes.peers().all()).hasSize(2);
        assertThat(nodes.get(0).routes.peers().settled()).isEmpty();
    }

    @Test
    void whoCannotBeReachedIsNotSettledEither() {
        // Given
        three(ThreeNodesTest::shard, OneNode.AT_ONCE);
        CancelRoutes.Peers peers = nodes.get(0).routes.peers();
        Awaitility.await().atMost(PATIENCE).until(() -> peers.settled().size() == 2);

        OneNode lost = nodes.remove(2);
        ActorRef<HolderCommand> itsHolder =
                peers.at(lost.address().hostPort().split("@")[1]).orElseThrow();

        // When
        lost.crash();
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !peers.isReachable(itsHolder));

        // Then: some seconds before it is given up
        assertThat(peers.all()).contains(itsHolder);
        assertThat(peers.settled()).hasSize(1).doesNotContain(itsHolder);
    }

    @Test
    void aKeyThatNobodyHoldsIsDroppedQuietly() {
        // Given
        three(ThreeNodesTest::shard);
        TestSession session = TestSession.on(nodes.get(0).keys);
        CancelKey guessed = new CancelKey(new Random(7).nextInt(), ByteString.fromString("nope"));

        // When
        OneNode.await(nodes.get(1).desk.cancel(guessed, TestSession.ORIGIN).toCompletableFuture());

        // Then
        assertThat(session.origins()).isEmpty();
    }

    @Test
    void whenANodeLeavesItsShardsMoveAndLearnTheirKeysAgain() {
        // Given
        three(ThreeNodesTest::shard);
        List<TestSession> sessions = sessionsOn(nodes.get(0), 100);
        sessions.forEach(session -> isKnownTo(nodes.get(1), session));

        // When
        OneNode leaving = nodes.remove(2);
        Cluster.get(leaving.system).manager().tell(Leave.create(leaving.address()));
        OneNode.await(leaving.system.getWhenTerminated().toCompletableFuture());

        // Then: without the nodes themselves being asked
        sessions.forEach(session -> isKnownTo(nodes.get(1), session));
    }

    @Test
    void aSessionIsCancelledWhileANodeThatHadShardsIsDead() {
        // Given
        three(ThreeNodesTest::shard);
        List<TestSession> sessions = sessionsOn(nodes.get(0), 50);
        sessions.forEach(session -> isKnownTo(nodes.get(1), session));

        // When: no shard of the dead node is found elsewhere for some seconds
        nodes.remove(2).crash();
        for (TestSession session : sessions) {
            OneNode.await(
                    nodes.get(1).desk.cancel(session.key(), TestSession.ORIGIN).toCompletableFuture());
        }

        // Then
        assertThat(sessions).allSatisfy(session -> assertThat(session.origins()).hasSize(1));
        sessions.forEach(session -> isKnownTo(nodes.get(1), session));
    }

    @Test
    void aNodeAloneNeedsNoOther() {
        // Given
        OneNode alone = OneNode.start(SHARDS, ThreeNodesTest::shard, Optional.empty(), OneNode.noDelivery());
        nodes.add(alone);
        alone.join(alone);
        TestSession session = TestSession.on(alone.keys);
        CancelKey guessed = new CancelKey(new Random(8).nextInt(), ByteString.fromString("nope"));

        // When
        OneNode.await(alone.desk.cancel(session.key(), TestSession.ORIGIN).toCompletableFuture());
        OneNode.await(alone.desk.cancel(guessed, TestSession.ORIGIN).toCompletableFuture());

        // Then
        assertThat(session.origins()).hasSize(1);
    }

    @Test
    void aNodeThatCountsShardsOtherwiseStaysOutside() {
        // Given
        three(ThreeNodesTest::shard);

        // When
        OneNode other = OneNode.start(SHARDS + 1, ThreeNodesTest::shard, Optional.empty(), OneNode.noDelivery());
        Cluster.get(other.system)
                .manager()
                .tell(new JoinSeedNodes(List.of(nodes.get(0).address())));

        // Then
        OneNode.await(other.system.getWhenTerminated().toCompletableFuture());
        assertThat(nodes.get(0).routes.peers().all()).hasSize(2);
    }

    private void three(IntFunction<Behavior<CancellationShard.Command>> shard) {
        three(shard, OneNode.BY_SHARD);
    }

    private void three(IntFunction<Behavior<CancellationShard.Command>> shard, ClusterLimits limits) {
        for (int number = 0; number < 3; number++) {
            OneNode node = OneNode.start(SHARDS, shard, Optional.empty(), OneNode.noDelivery(), limits);
            nodes.add(node);
            node.join(nodes.getFirst());
        }
        nodes.forEach(node -> node.sees(3));
    }

    private static List<TestSession> sessionsOn(OneNode node, int count) {
        List<TestSession> sessions = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            sessions.add(TestSession.on(node.keys));
        }
        return sessions;
    }

    private static void isKnownTo(OneNode node, TestSession session) {
        Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).until(() -> knows(node, session));
    }

    /** Whether the shard of the session's key knows it, asked at {@code node}. */
    private static boolean knows(OneNode node, TestSession session) {
        try {
            Answer answer = OneNode.await(
                    node.routes.lookUp(session.bits(), LOOK_UP_MAX).toCompletableFuture());
            return answer instanceof Held;
        } catch (CompletionException _) {
            return false;
        }
    }

    private static Behavior<CancellationShard.Command> shard(int number) {
        return CancellationShard.create(number, Optional.empty(), CancellationSettings.DEFAULTS);
    }
}
