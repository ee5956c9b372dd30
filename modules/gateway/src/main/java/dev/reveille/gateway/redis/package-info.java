/**
 * Redis, as a store of cancel keys and of leases: a connector in the conventions of Apache Pekko Connectors, on Lettuce.
 *
 * <p>{@link dev.reveille.gateway.redis.RedisSettings} says where Redis is and how to be let in, {@link
 * dev.reveille.gateway.redis.RedisLink} keeps a connection to it and mends it, {@link
 * dev.reveille.gateway.redis.RedisFlow} carries commands over it in pipelined batches. {@link
 * dev.reveille.gateway.redis.RedisKeyStore} and {@link dev.reveille.gateway.redis.RedisLeaseStore} stand on these. Runs
 * on threads of its own: no session's loop waits for Redis.
 */
package dev.reveille.gateway.redis;
