package dev.reveille.gateway.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Leases in Redis: for each name there is one owner at most, until it releases the lease or has not renewed it for a
 * time. What a cluster's split-brain resolver needs to decide which half goes on. Every step may be repeated by its
 * owner without harm, since an answer may be lost. Any thread; stages fail with {@link RedisUnavailable} where Redis
 * cannot tell, and then nothing is known about the lease.
 *
 * <p>One Redis that fails over to a replica may forget a lease that was granted a moment before: the time to live must be
 * seen as the safety here, not Redis.
 */
public final class RedisLeaseStore {

    private static final String KEY_PREFIX = "reveille:lease:";

    private static final String ACQUIRE = """
            if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])""";

    private static final String RENEW = """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])""";

    private static final String RELEASE = """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            return redis.call('DEL', KEYS[1])""";

    private final RedisLink link;

    public RedisLeaseStore(RedisLink link) {
        this.link = link;
    }

    /** Takes the lease for {@code life} where nobody has it or {@code owner} has it already; whether it has it now. */
    public CompletionStage<Boolean> acquire(String name, String owner, Duration life) {
        return run(ACQUIRE, name, owner, Long.toString(life.toMillis()));
    }

    /** Keeps the lease for {@code life} more where {@code owner} has it; whether it has. */
    public CompletionStage<Boolean> renew(String name, String owner, Duration life) {
        return run(RENEW, name, owner, Long.toString(life.toMillis()));
    }

    /** Gives the lease back where {@code owner} has it; whether it had. */
    public CompletionStage<Boolean> release(String name, String owner) {
        return run(RELEASE, name, owner);
    }

    private CompletionStage<Boolean> run(String script, String name, String... arguments) {
        return link.run(List.of(new RedisCommand.Script(script, List.of(KEY_PREFIX + name), List.of(arguments))))
                .thenApply(replies -> switch (replies.getFirst()) {
                    case RedisReply.Count count -> count.value() > 0;
                    case RedisReply.Refused refused -> throw new RedisUnavailable(refused.reason());
                    case RedisReply.Unanswered unanswered -> throw new RedisUnavailable(unanswered.reason());
                    case RedisReply.Text _, RedisReply.Nil _ -> throw new RedisUnavailable("no integer for an answer");
                });
    }
}
