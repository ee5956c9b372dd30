package dev.reveille.cancellation;

import dev.reveille.cancellation.sealing.SealedKeys;
import dev.reveille.cancellation.sealing.SealedName;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.util.ByteString;

/**
 * The cancel keys of the sessions on this node, and who answers for each: the fast path of every cancel request, and the
 * source from which whoever spreads keys over a cluster is filled. Every session has 64 random bits here. A client of
 * protocol 3.0 gets just these, process id first; one of 3.2 gets them sealed, where this node seals keys. Grows and
 * shrinks with the node's sessions. Any thread.
 */
public final class CancelKeys {

    /** Length of the secret in a key that is not sealed: all that protocol 3.0 has room for. */
    public static final int SECRET_LENGTH = 4;

    private static final KeyListener NOBODY = new KeyListener() {
        @Override
        public void issued(long key, CancelRecord record) {}

        @Override
        public void forgotten(long key) {}
    };

    private final SecureRandom random = new SecureRandom();
    private final Optional<SealedKeys> sealed;
    private final ConcurrentHashMap<Integer, Entry> entries = new ConcurrentHashMap<>();
    private volatile KeyListener listener = NOBODY;

    /** Sessions are found by their process id, which is no secret; {@code sealed} ones by a sealed key only. */
    private record Entry(long key, boolean sealed, CancelRecord record, CancelHolder holder) {}

    private CancelKeys(Optional<SealedKeys> sealed) {
        this.sealed = sealed;
    }

    /** Keys of 8 bytes for everybody. */
    public static CancelKeys plain() {
        return new CancelKeys(Optional.empty());
    }

    /** Sealed keys for clients of protocol 3.2, keys of 8 bytes for the others. */
    public static CancelKeys sealing(SealedKeys sealed) {
        return new CancelKeys(Optional.of(sealed));
    }

    /** {@code listener} takes the place of the one before, and hears of keys from now on. */
    public void tell(KeyListener newListener) {
        listener = newListener;
    }

    /**
     * Draws a key that no other session here has, and registers {@code holder} to answer for it until {@link #forget}.
     *
     * @param version what the client speaks
     * @param record what it takes to cancel without the session
     */
    public CancelKey issue(ProtocolVersion version, CancelRecord record, CancelHolder holder) {
        boolean seal = sealed.isPresent() && version.compareTo(ProtocolVersion.V3_2) >= 0;
        Entry entry = new Entry(random.nextLong(), seal, record, holder);
        while (entries.putIfAbsent(processId(entry.key()), entry) != null) {
            entry = new Entry(random.nextLong(), seal, record, holder);
        }
        int processId = processId(entry.key());
        if (seal) {
            return new CancelKey(processId, sealed.get().seal(processId, entry.key()));
        }
        listener.issued(entry.key(), record);
        return new CancelKey(processId, ByteString.fromArrayUnsafe(secret(entry.key())));
    }

    /** The session is over: nobody answers for {@code key} any more. {@code key} is one that was issued here. */
    public void forget(CancelKey key) {
        Entry entry = entries.remove(key.processId());
        if (entry != null && !entry.sealed()) {
            listener.forgotten(entry.key());
        }
    }

    /** Who answers for this key, if a session here does. */
    public Optional<CancelHolder> holder(CancelKey shown) {
        return whereabouts(shown) instanceof Whereabouts.Here(CancelHolder holder)
                ? Optional.of(holder)
                : Optional.empty();
    }

    /** Whose this key is; what is secret in it is compared in constant time. */
    public Whereabouts whereabouts(CancelKey shown) {
        if (shown.secret().size() != SECRET_LENGTH) {
            return sealed.flatMap(keys -> keys.open(shown.processId(), shown.secret())
                            .map(name -> keys.isOurs(name) ? ours(name) : elsewhere(name)))
                    .orElseGet(Whereabouts.Nowhere::new);
        }
        Entry entry = entries.get(shown.processId());
        byte[] secret = shown.secret().toArray();
        if (entry != null && MessageDigest.isEqual(secret(entry.key()), secret) && !entry.sealed()) {
            return new Whereabouts.Here(entry.holder());
        }
        return new Whereabouts.Unnamed((long) shown.processId() << Integer.SIZE
                | Integer.toUnsignedLong(ByteBuffer.wrap(secret).getInt()));
    }

    /** Calls {@code registration} for each key of 8 bytes that is registered now, in no order. */
    public void forEach(Registration registration) {
        entries.values().forEach(entry -> {
            if (!entry.sealed()) {
                registration.visit(entry.key(), entry.record());
            }
        });
    }

    /** How many keys are registered, of both kinds. */
    public int size() {
        return entries.size();
    }

    /** Looks at one key of 8 bytes. */
    @FunctionalInterface
    public interface Registration {
        void visit(long key, CancelRecord record);
    }

    private Whereabouts ours(SealedName name) {
        Entry entry = entries.get(processId(name.session()));
        boolean known = entry != null && MessageDigest.isEqual(bytes(entry.key()), bytes(name.session()));
        return known ? new Whereabouts.Here(entry.holder()) : new Whereabouts.Nowhere();
    }

    private static Whereabouts elsewhere(SealedName name) {
        return name.address().isEmpty() ? new Whereabouts.Nowhere() : new Whereabouts.Elsewhere(name);
    }

    private static int processId(long key) {
        return (int) (key >>> Integer.SIZE);
    }

    private static byte[] secret(long key) {
        return ByteBuffer.allocate(SECRET_LENGTH).putInt((int) key).array();
    }

    private static byte[] bytes(long key) {
        return ByteBuffer.allocate(Long.BYTES).putLong(key).array();
    }
}
