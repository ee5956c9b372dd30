package dev.reveille.cancellation.cluster;

import com.typesafe.config.Config;
import java.util.List;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Keeps a node out of a cluster that has another number of shards: it would look for keys where they are not. Made by
 * Pekko, by its name in {@code reveille-cluster.conf}; used on one thread.
 */
public final class SameShards extends JoinConfigCompatChecker {

    /** Where the configuration of a cluster's actor system says how many shards there are. */
    public static final String SHARDS = "reveille.cancellation.shards";

    private static final Seq<String> KEYS =
            CollectionConverters.asScala(List.of(SHARDS)).toList();

    @Override
    public Seq<String> requiredKeys() {
        return KEYS;
    }

    @Override
    public ConfigValidation check(Config joining, Config cluster) {
        return fullMatch(KEYS, joining, cluster);
    }
}
