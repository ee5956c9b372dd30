package dev.reveille.cancellation;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.util.ByteString;

/**
 * The cancel keys of the sessions on this node, and who answers for each: the fast path of every cancel request, and the
 * source from which whoever spreads keys over a cluster is filled. Grows and shrinks with the node's sessions. Any
 * thread.
 */
public final class CancelKeys {

    /** Length of the secret in a key for protocol 3.0, as the protocol has it. */
    public static final int SECRET_LENGTH_3_0 = 4;

    /** Length of the secret in a key for protocol 3.2, which allows up to 256. */
    public static final int SECRET_LENGTH_3_2 = 32;

    private final SecureRandom random = new SecureRandom();
    private final ConcurrentHashMap<Integer, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(byte[] secret, CancelHolder holder) {}

    /**
     * Draws a key that no other session here has, and registers {@code holder} to answer for it until {@link #forget}.
     *
     * @param secretLength {@link #SECRET_LENGTH_3_0} or {@link #SECRET_LENGTH_3_2}
     */
    public CancelKey issue(int secretLength, CancelHolder holder) {
        byte[] secret = new byte[secretLength];
        random.nextBytes(secret);
        Entry entry = new Entry(secret, holder);
        int processId = random.nextInt();
        while (entries.putIfAbsent(processId, entry) != null) {
            processId = random.nextInt();
        }
        return new CancelKey(processId, ByteString.fromArrayUnsafe(secret));
    }

    /** The session is over: nobody answers for {@code key} any more. */
    public void forget(CancelKey key) {
        entries.remove(key.processId());
    }

    /** Who answers for this key; the secret is compared in constant time. */
    public Optional<CancelHolder> holder(CancelKey shown) {
        Entry entry = entries.get(shown.processId());
        boolean known = entry != null
                && MessageDigest.isEqual(entry.secret(), shown.secret().toArrayUnsafe());
        return known ? Optional.of(entry.holder()) : Optional.empty();
    }

    /** How many keys are registered. */
    public int size() {
        return entries.size();
    }
}
