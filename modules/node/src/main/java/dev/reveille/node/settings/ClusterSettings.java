package dev.reveille.node.settings;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a node finds others.
 *
 * @param door where others come in; a node without one is alone
 * @param seeds nodes to ask for admission; the first of them may found a cluster
 */
public record ClusterSettings(Optional<Door> door, List<MemberAddress> seeds) {

    public ClusterSettings {
        seeds = List.copyOf(seeds);
    }

    /**
     * Where other nodes come in.
     *
     * @param bind what is listened on
     * @param advertised what others are told; as {@code bind} where nothing else was said
     * @param tls the directory of the certificates that nodes show one another; in clear text without one
     */
    public record Door(InetSocketAddress bind, MemberAddress advertised, Optional<Path> tls) {}
}
