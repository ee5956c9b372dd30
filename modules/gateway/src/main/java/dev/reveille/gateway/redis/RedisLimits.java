package dev.reveille.gateway.redis;

import java.time.Duration;

/**
 * Limits of talking to Redis.
 *
 * @param connectMax for a connection to stand, TLS and login not included
 * @param commandMax for an answer; a link that keeps one waiting for longer is given up
 * @param retryAfter pause before the one repetition of a command that Redis cannot carry out for the moment
 * @param batchMax commands in one pipeline
 * @param batchesInFlightMax pipelines that may be on their way at the same time, for each flow
 * @param queueMax commands that wait for their pipeline in a key store; more are refused
 * @param pingEvery how often an idle link is tried
 * @param reconnectMin first pause before a connection is tried again; doubled each time
 * @param reconnectMax last pause, and how long a connection must stand to begin with the first pause again
 */
public record RedisLimits(
        Duration connectMax,
        Duration commandMax,
        Duration retryAfter,
        int batchMax,
        int batchesInFlightMax,
        int queueMax,
        Duration pingEvery,
        Duration reconnectMin,
        Duration reconnectMax) {

    public static final RedisLimits DEFAULTS = new RedisLimits(
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofMillis(100),
            128,
            4,
            32_768,
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofSeconds(5));

    public RedisLimits withCommandMax(Duration max) {
        return new RedisLimits(
                connectMax,
                max,
                retryAfter,
                batchMax,
                batchesInFlightMax,
                queueMax,
                pingEvery,
                reconnectMin,
                reconnectMax);
    }

    public RedisLimits withRetryAfter(Duration pause) {
        return new RedisLimits(
                connectMax,
                commandMax,
                pause,
                batchMax,
                batchesInFlightMax,
                queueMax,
                pingEvery,
                reconnectMin,
                reconnectMax);
    }

    public RedisLimits withBatches(int max, int inFlightMax) {
        return new RedisLimits(
                connectMax, commandMax, retryAfter, max, inFlightMax, queueMax, pingEvery, reconnectMin, reconnectMax);
    }

    public RedisLimits withQueueMax(int max) {
        return new RedisLimits(
                connectMax,
                commandMax,
                retryAfter,
                batchMax,
                batchesInFlightMax,
                max,
                pingEvery,
                reconnectMin,
                reconnectMax);
    }

    public RedisLimits withPingEvery(Duration pause) {
        return new RedisLimits(
                connectMax,
                commandMax,
                retryAfter,
                batchMax,
                batchesInFlightMax,
                queueMax,
                pause,
                reconnectMin,
                reconnectMax);
    }

    public RedisLimits withReconnect(Duration min, Duration max) {
        return new RedisLimits(
                connectMax, commandMax, retryAfter, batchMax, batchesInFlightMax, queueMax, pingEvery, min, max);
    }
}
