package dev.reveille.session.pool;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Where an endpoint's pool is to be found: on which loop, and who it is as soon as it is known. Any thread.
 *
 * @param pool absent while the loop has not made it yet
 */
record PoolPlace(ActorRef<LoopPools.Command> loop, Optional<ActorRef<EndpointPool.Command>> pool) {

    boolean isOf(ActorRef<LoopPools.Command> another) {
        return loop.equals(another);
    }

    PoolPlace with(ActorRef<EndpointPool.Command> made) {
        return new PoolPlace(loop, Optional.of(made));
    }

    void run(Job job) {
        if (pool.isPresent()) {
            pool.get().tell(new EndpointPool.Run(job));
        } else {
            loop.tell(new LoopPools.Admit(job));
        }
    }

    /** Where its loop has no pool of that endpoint any more, the job is over. */
    void giveUp(Job job) {
        if (pool.isPresent()) {
            pool.get().tell(new EndpointPool.GiveUp(job));
        } else {
            loop.tell(new LoopPools.GiveUp(job));
        }
    }

    /** Says whether there was anybody to tell. */
    boolean tell(EndpointPool.Command command) {
        pool.ifPresent(known -> known.tell(command));
        return pool.isPresent();
    }
}
