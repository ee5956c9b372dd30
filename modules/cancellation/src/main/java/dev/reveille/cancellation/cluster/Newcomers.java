package dev.reveille.cancellation.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.MemberEvent;
import org.apache.pekko.cluster.ClusterEvent.MemberRemoved;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Which members have come a short while ago, and may not have told the shards of their keys yet: those of a node that was
 * given up and joins again are as old as its sessions. Any thread may ask.
 */
final class Newcomers {

    private final Map<UniqueAddress, Long> since = new ConcurrentHashMap<>();
    private final long newForNanos;
    private final LongSupplier clock;

    Newcomers(Duration newFor, LongSupplier clock) {
        this.newForNanos = newFor.toNanos();
        this.clock = clock;
    }

    /** Watches the members of {@code system}'s cluster for as long as the system lasts. */
    static Newcomers of(ActorSystem<?> system, Duration newFor) {
        Newcomers newcomers = new Newcomers(newFor, System::nanoTime);
        ActorRef<MemberEvent> watch =
                system.systemActorOf(newcomers.watching(), KeyHolder.NAME + "-newcomers", Props.empty());
        Cluster.get(system).subscriptions().tell(Subscribe.create(watch, MemberEvent.class));
        return newcomers;
    }

    boolean isOne(Member member) {
        Long came = since.get(member.uniqueAddress());
        return came != null && clock.getAsLong() - came < newForNanos;
    }

    void hear(MemberEvent event) {
        switch (event) {
            case MemberUp up -> since.put(up.member().uniqueAddress(), clock.getAsLong());
            case MemberRemoved removed -> since.remove(removed.member().uniqueAddress());
            default -> {} // They are not sealed; no other concerns us.
        }
    }

    private Behavior<MemberEvent> watching() {
        return Behaviors.receiveMessage(event -> {
            hear(event);
            return Behaviors.same();
        });
    }
}
