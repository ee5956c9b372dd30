package dev.reveille.gateway.redis;

import java.time.Duration;
import java.util.List;

/**
 * What is asked of Redis here, by the names of its manual. Keys and values may be secrets, so none is printed. All but
 * scripts may be repeated without harm.
 */
public sealed interface RedisCommand {

    /** {@code SET key value EX life}, which is in whole seconds, at least one. */
    record Set(String key, String value, Duration life) implements RedisCommand {
        @Override
        public String toString() {
            return "Set[***, %s]".formatted(life);
        }
    }

    /** {@code SET key value NX}: answered by {@link RedisReply.Nil} where the key is there already. */
    record SetIfAbsent(String key, String value) implements RedisCommand {
        @Override
        public String toString() {
            return "SetIfAbsent[***]";
        }
    }

    /** {@code EXPIRE key life}: answered by the count of keys that live on. */
    record Expire(String key, Duration life) implements RedisCommand {
        @Override
        public String toString() {
            return "Expire[***, %s]".formatted(life);
        }
    }

    /** {@code GET key}. */
    record Get(String key) implements RedisCommand {
        @Override
        public String toString() {
            return "Get[***]";
        }
    }

    /** {@code HGET key field}. */
    record HGet(String key, String field) implements RedisCommand {
        @Override
        public String toString() {
            return "HGet[***, %s]".formatted(field);
        }
    }

    /** {@code UNLINK key}: answered by the count of keys removed. */
    record Unlink(String key) implements RedisCommand {
        @Override
        public String toString() {
            return "Unlink[***]";
        }
    }

    /** {@code PING}. */
    record Ping() implements RedisCommand {}

    /** {@code EVAL lua keys arguments}: a script that answers with an integer. */
    record Script(String lua, List<String> keys, List<String> arguments) implements RedisCommand {
        public Script {
            keys = List.copyOf(keys);
            arguments = List.copyOf(arguments);
        }

        @Override
        public String toString() {
            return "Script[***]";
        }
    }
}
