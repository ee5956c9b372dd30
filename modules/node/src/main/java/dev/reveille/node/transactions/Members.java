package dev.reveille.node.transactions;

import dev.reveille.node.transactions.Letter.ToPost;
import java.util.Optional;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** The other nodes, as the cluster's membership has them at the moment. Any thread. */
final class Members {

    private final Cluster cluster;
    private final ActorRefResolver resolver;

    Members(ActorSystem<?> system) {
        this.cluster = Cluster.get(system);
        this.resolver = ActorRefResolver.get(system);
    }

    /** Where other nodes reach this one, {@code host:port}. */
    String ownAddress() {
        return text(cluster.selfMember().address());
    }

    /** The post of the other node whose address has this digest, where there is one that takes part. */
    Optional<ActorRef<ToPost>> post(long digest) {
        for (Member member : cluster.state().getMembers()) {
            boolean takesPart =
                    member.status().equals(MemberStatus.up()) || member.status().equals(MemberStatus.leaving());
            if (takesPart && !isSelf(member) && NodePlace.digest(text(member.address())) == digest) {
                return Optional.of(resolver.resolveActorRef(member.address() + "/system/" + TransactionPost.NAME));
            }
        }
        return Optional.empty();
    }

    /** Whether {@code guest} is on another node of the cluster. */
    boolean has(ActorRef<?> guest) {
        Address address = guest.path().address();
        for (Member member : cluster.state().getMembers()) {
            if (!isSelf(member) && member.address().equals(address)) {
                return true;
            }
        }
        return false;
    }

    private boolean isSelf(Member member) {
        return member.address().equals(cluster.selfMember().address());
    }

    private static String text(Address address) {
        return address.getHost().orElse("") + ":" + address.getPort().orElse(0);
    }
}
