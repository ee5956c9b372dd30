package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import org.apache.pekko.actor.typed.ActorRef;

/** What is said to a node's {@link KeyHolder}, the actor that speaks for the sessions of its node. */
public sealed interface HolderCommand extends KeyHolder.Message {

    /** A shard has moved here, or counts otherwise: register all keys of {@code shard} with it again, paced. */
    record RegisterAgain(int shard, ActorRef<CancellationShard.Command> replyTo) implements HolderCommand {}

    /** Somebody showed {@code key} at another node: cancel, if a session here has it. */
    record CancelHere(CancelKey key, CancelOrigin origin, ActorRef<Outcome> replyTo) implements HolderCommand {}

    /** How a {@link CancelHere} ended; said when it has been carried out or dropped. */
    enum Outcome {
        /** A session here has the key, and what was to be done is done. */
        HANDLED,
        /** No session here has the key. */
        NOT_HELD
    }
}
