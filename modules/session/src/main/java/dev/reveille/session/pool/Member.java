package dev.reveille.session.pool;

import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.session.statement.PoolKey;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** A connection as its pool sees it; the connection itself only passes it on. Used by the pool's actor only. */
final class Member {

    /** What it is doing. */
    enum Occupation {
        /** Being opened, or carrying out a job. */
        BUSY,
        /** Forgetting its last user: free in a moment. */
        FORGETTING,
        IDLE,
        /** With a transaction of somebody's. */
        HELD,
        /** To be closed, and no longer counted. */
        GONE
    }

    private final PoolKey key;
    private final Optional<ScramKeys> keys;
    private Occupation occupation = Occupation.BUSY;
    private int idleTicks;

    /** What it was given and has not said anything about. */
    private Optional<Job> job = Optional.empty();

    private Optional<ActorRef<PooledConnection.Command>> connection = Optional.empty();

    /** @param keys what it was logged in with */
    Member(PoolKey key, Optional<ScramKeys> keys) {
        this.key = key;
        this.keys = keys;
    }

    void is(ActorRef<PooledConnection.Command> actor) {
        connection = Optional.of(actor);
    }

    PoolKey key() {
        return key;
    }

    Occupation occupation() {
        return occupation;
    }

    void occupiedBy(Occupation what) {
        occupation = what;
        idleTicks = 0;
    }

    void isGiven(Job given) {
        job = Optional.of(given);
        occupiedBy(Occupation.BUSY);
    }

    /** Its job, once. */
    Optional<Job> takeBack() {
        Optional<Job> given = job;
        job = Optional.empty();
        return given;
    }

    int idleTicks() {
        return idleTicks;
    }

    int anotherIdleTick() {
        return ++idleTicks;
    }

    void tell(PooledConnection.Command command) {
        connection.orElseThrow().tell(command);
    }

    /** Whether the role's secret is another one now than when this was logged in. */
    boolean isOutdatedFor(Optional<ScramKeys> current) {
        return keys.isPresent() && current.isPresent() && !keys.equals(current);
    }
}
