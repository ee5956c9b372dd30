package dev.reveille.session;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.UUID;

/** Names one session in logs, errors and towards the control plane (there as {@code x-request-id}). Not a secret. */
public record SessionId(UUID value) {

    private static final long VERSION_BITS = 0xF000L;
    private static final long VERSION_RANDOM = 0x4000L;
    private static final long VARIANT_BITS = 0xC000_0000_0000_0000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    /**
     * Of each thread, with a stream of its own. Ids must differ, here and on other nodes, and need not be hard to guess: who
     * has seen some can compute others. {@code UUID.randomUUID} asks for secrecy, and costs each login and request for it.
     */
    private static final ThreadLocal<SplittableRandom> RANDOM =
            ThreadLocal.withInitial(() -> new SplittableRandom(new SecureRandom().nextLong()).split());

    /** A fresh id, a UUID of version 4 (RFC 9562, section 5.4); may be called on any thread. */
    public static SessionId random() {
        SplittableRandom random = RANDOM.get();
        return new SessionId(new UUID(
                random.nextLong() & ~VERSION_BITS | VERSION_RANDOM, random.nextLong() & ~VARIANT_BITS | VARIANT));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
