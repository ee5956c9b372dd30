package dev.reveille.node.cluster;

import java.util.List;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.Subscribe;

/** Asks for admission, and says when it was granted. The guardian of a life's actor system. */
final class Membership {

    private Membership() {}

    /**
     * @param seeds whom to ask; nobody where the node founds a cluster at once
     * @param member called once, on the actor's thread
     */
    static Behavior<SelfUp> create(List<Address> seeds, Runnable member) {
        return Behaviors.setup(context -> {
            Cluster cluster = Cluster.get(context.getSystem());
            cluster.subscriptions().tell(Subscribe.create(context.getSelf(), SelfUp.class));
            if (seeds.isEmpty()) {
                cluster.manager().tell(Join.create(cluster.selfMember().address()));
            } else {
                cluster.manager().tell(new JoinSeedNodes(seeds));
            }
            return Behaviors.receiveMessage(_ -> {
                member.run();
                return Behaviors.same();
            });
        });
    }
}
