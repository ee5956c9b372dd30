package dev.reveille.cancellation.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** Finds key holders by the cluster's membership: they have the same name on every node. Any thread. */
final class MemberPeers implements CancelRoutes.Peers {

    private final Cluster cluster;
    private final ActorRefResolver resolver;
    private final Newcomers newcomers;

    MemberPeers(ActorSystem<?> system, Newcomers newcomers) {
        this.newcomers = newcomers;
        this.cluster = Cluster.get(system);
        this.resolver = ActorRefResolver.get(system);
    }

    @Override
    public List<ActorRef<HolderCommand>> all() {
        return those(_ -> true);
    }

    @Override
    public List<ActorRef<HolderCommand>> newcomers() {
        return those(newcomers::isOne);
    }

    @Override
    public List<ActorRef<HolderCommand>> settled() {
        Set<Member> unreachable = cluster.state().getUnreachable();
        return those(member ->
                member.status().equals(MemberStatus.up()) && !newcomers.isOne(member) && !unreachable.contains(member));
    }

    private List<ActorRef<HolderCommand>> those(Predicate<Member> wanted) {
        List<ActorRef<HolderCommand>> peers = new ArrayList<>();
        for (Member member : cluster.state().getMembers()) {
            if (!member.address().equals(cluster.selfMember().address()) && wanted.test(member)) {
                peers.add(holder(member.address()));
            }
        }
        return peers;
    }

    @Override
    public Optional<ActorRef<HolderCommand>> at(String address) {
        for (Member member : cluster.state().getMembers()) {
            if (member.address().hostPort().endsWith("@" + address)
                    && !member.address().equals(cluster.selfMember().address())) {
                return Optional.of(holder(member.address()));
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean isReachable(ActorRef<HolderCommand> holder) {
        Address node = holder.path().address();
        CurrentClusterState state = cluster.state();
        for (Member lost : state.getUnreachable()) {
            if (lost.address().equals(node)) {
                return false;
            }
        }
        for (Member member : state.getMembers()) {
            if (member.address().equals(node)) {
                return true;
            }
        }
        return false;
    }

    private ActorRef<HolderCommand> holder(Address node) {
        return resolver.resolveActorRef(node + "/system/" + KeyHolder.NAME);
    }
}
