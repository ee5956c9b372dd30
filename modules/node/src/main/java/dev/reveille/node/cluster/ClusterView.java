package dev.reveille.node.cluster;

import java.util.List;

/**
 * A cluster as one of its nodes sees it.
 *
 * @param state of this node: {@code starting}, {@code joining}, {@code up}, {@code leaving} and so on, {@code away}
 *     between two lives, {@code alone} where there is no cluster
 * @param address of this node, empty while it has none
 * @param members all nodes, this one included
 */
public record ClusterView(String state, String address, List<Member> members) {

    public ClusterView {
        members = List.copyOf(members);
    }

    /** @param reachable whether those who watch over it hear of it */
    public record Member(String address, String state, boolean reachable) {}
}
