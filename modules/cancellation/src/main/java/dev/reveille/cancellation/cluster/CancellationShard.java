package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelRecord;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Knows, for its part of all cancel keys of the cluster, which node holds the session; owns the batch queue to the key
 * store and every look-up that is under way (spec 02 §12, §d D1). There is one for each shard, on whichever node it lives;
 * what it knows is lost when it moves, and the nodes tell it again.
 */
public final class CancellationShard {

    private CancellationShard() {}

    /** Which of {@code shards} a key belongs to: 0 to {@code shards} - 1. The same on every node and in every release. */
    public static int shardOf(long key, int shards) {
        return Math.floorMod(Long.hashCode(key * 0x9E3779B97F4A7C15L), shards);
    }

    public sealed interface Command {}

    /** A session that {@code holder}'s node has got: sent once when it begins, and again when the shard has moved. */
    public record Register(List<Entry> entries, ActorRef<HolderCommand> holder) implements Command {}

    /** A session is over. */
    public record Unregister(long key) implements Command {
        @Override
        public String toString() {
            return "Unregister[***]";
        }
    }

    /** Who holds this key? Answered within {@code patience}, once, whatever happens to anybody else. */
    public record LookUp(long key, Duration patience, ActorRef<Answer> replyTo) implements Command {
        @Override
        public String toString() {
            return "LookUp[***]";
        }
    }

    /**
     * How many keys of this shard {@code holder}'s node has registered: sent now and then. A shard that counts otherwise
     * asks for all of them.
     */
    public record Census(int count, ActorRef<HolderCommand> holder) implements Command {}

    /** One session's key. */
    public record Entry(long key, CancelRecord record) {
        @Override
        public String toString() {
            return "Entry[***]";
        }
    }

    /** The answer to a look-up. */
    public sealed interface Answer {}

    /** This node has the session. */
    public record Held(ActorRef<HolderCommand> holder) implements Answer {}

    /** No node has it, but the store knows what it takes. */
    public record Stored(CancelRecord record) implements Answer {}

    /** Nobody knows the key. */
    public record Unknown() implements Answer {}

    /** Nobody can tell at the moment; the shard may just have moved. */
    public record Unsure(String reason) implements Answer {}
}
