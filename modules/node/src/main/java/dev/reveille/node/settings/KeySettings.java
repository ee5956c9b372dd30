package dev.reveille.node.settings;

import dev.reveille.cancellation.sealing.KeyRing;
import dev.reveille.gateway.redis.RedisSettings;
import java.util.Optional;

/**
 * How cancel keys are made and where they are kept.
 *
 * @param store outside the cluster; keys are kept in the memory of its nodes where there is none
 * @param shards how many parts the keys of a cluster are divided into
 * @param nodesAtOnce other nodes that are asked themselves for a key of 8 bytes before its shard is, if there are no more
 * @param sealing what keys of protocol 3.2 are sealed with; the same on all nodes
 */
public record KeySettings(Optional<RedisSettings> store, int shards, int nodesAtOnce, Optional<KeyRing> sealing) {}
