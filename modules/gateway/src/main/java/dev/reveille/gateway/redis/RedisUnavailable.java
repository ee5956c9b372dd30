package dev.reveille.gateway.redis;

/** Redis gave no answer that can be used; the message says why, and holds no secret. The same may succeed later. */
public final class RedisUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RedisUnavailable(String reason) {
        super(reason, null, false, false);
    }
}
