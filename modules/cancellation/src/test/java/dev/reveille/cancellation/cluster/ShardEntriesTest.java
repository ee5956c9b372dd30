package dev.reveille.cancellation.cluster;

import static dev.reveille.cancellation.fakes.Sessions.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.cluster.CancellationShard.Census;
import dev.reveille.cancellation.queue.KeptKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Messages of nodes to a shard are lost at random, and in the end it knows what they have all the same, and nothing
 * else (spec 02 §d D8, invariants 1 and 7). A failure names the seed that repeats it.
 */
class ShardEntriesTest {

    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final List<ActorRef<HolderCommand>> HOLDERS = Stream.generate(
                    () -> KIT.<HolderCommand>createTestProbe().getRef())
            .limit(3)
            .toList();
    private static final int STORIES = 300;
    private static final long SEED = 4_017;
    private static final int DIFFERENCES_MAX = 2;
    private static final long PAUSE = Duration.ofSeconds(15).toNanos();

    @AfterAll
    static void close() {
        KIT.shutdownTestKit();
    }

    @Test
    void whateverIsLostTheShardKnowsInTheEndWhatThereIs() {
        for (long seed = SEED; seed < SEED + STORIES; seed++) {
            try {
                new Story(seed).play();
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed %d: %s".formatted(seed, failure.getMessage()), failure);
            }
        }
    }

    private record Node(ActorRef<HolderCommand> holder, TreeSet<Long> keys) {}

    /** One course of events. */
    private static final class Story implements ShardEntries.Keeper {

        private final Random random;
        private final ShardEntries entries = new ShardEntries(10_000);
        private final List<Node> nodes = new ArrayList<>();
        private final Set<Long> kept = new HashSet<>();
        private double lost = 0.2;
        private long keys;
        private long now;

        Story(long seed) {
            random = new Random(seed);
            HOLDERS.forEach(holder -> nodes.add(new Node(holder, new TreeSet<>())));
        }

        void play() {
            for (int event = 0; event < 300; event++) {
                happens(nodes.get(random.nextInt(nodes.size())));
            }
            lost = 0;
            settles();
            for (Node node : nodes) {
                node.keys().forEach(key -> assertThat(entries.holder(key)).contains(node.holder()));
            }
            assertThat(kept).hasSize(entries.size());
            assertThat(entries.size())
                    .isEqualTo(
                            nodes.stream().mapToInt(node -> node.keys().size()).sum());
            assertThat(entries.isComplete(DIFFERENCES_MAX)).isTrue();
            nodes.forEach(node -> List.copyOf(node.keys()).forEach(key -> ends(node, key)));
            assertThat(entries.size()).as("what is left in the end").isZero();
            assertThat(kept).as("what is kept in the end").isEmpty();
        }

        private void happens(Node node) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> begins(node);
                case 3, 4 -> {
                    if (!node.keys().isEmpty()) {
                        Long key = node.keys().ceiling(random.nextLong(keys));
                        ends(node, key == null ? node.keys().first() : key);
                    }
                }
                case 5 -> endsWhatIsAnothers(node);
                default -> census(node, random.nextInt(4) > 0);
            }
        }

        private void begins(Node node) {
            long key = keys++;
            node.keys().add(key);
            if (arrives()) {
                entries.register(key, session((int) key), node.holder(), this);
            }
        }

        private void ends(Node node, long key) {
            node.keys().remove(key);
            if (arrives()) {
                entries.unregister(key, Optional.of(node.holder()), this);
            }
        }

        private void endsWhatIsAnothers(Node node) {
            Node other = nodes.get((nodes.indexOf(node) + 1) % nodes.size());
            if (!other.keys().isEmpty()) {
                entries.unregister(other.keys().first(), Optional.of(node.holder()), this);
            }
        }

        private void census(Node node, boolean quiet) {
            now += Duration.ofSeconds(5).toNanos();
            KeyTally tally = new KeyTally();
            node.keys().forEach(tally::add);
            OptionalLong digest = quiet ? OptionalLong.of(tally.digest()) : OptionalLong.empty();
            Census census = new Census(tally.count(), digest, node.holder());
            if (arrives() && entries.differs(census, DIFFERENCES_MAX, PAUSE, now, this)) {
                node.keys().forEach(key -> {
                    if (arrives()) {
                        entries.register(key, session(key.intValue()), node.holder(), this);
                    }
                });
            }
        }

        private void settles() {
            for (int round = 0; round < 10; round++) {
                nodes.forEach(node -> census(node, true));
            }
        }

        private boolean arrives() {
            return random.nextDouble() >= lost;
        }

        @Override
        public void begin(KeptKey key) {
            assertThat(kept.add(key.key())).as("begins once").isTrue();
        }

        @Override
        public void end(KeptKey key) {
            assertThat(kept.remove(key.key())).as("ends once").isTrue();
        }

        @Override
        public void abandon(KeptKey key) {
            end(key);
        }
    }
}
