package dev.reveille.cancellation.sealing;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The sealing keys of a fleet, newest first: the first one seals, all of them open. To change keys, add the new one at
 * the end of every node's list, then move it to the front everywhere, then drop the old one when no session that was
 * begun under it is left.
 */
public final class KeyRing {

    /** So many keys may be in use at once. */
    public static final int KEYS_MAX = 16;

    private final List<SealingKey> keys;

    private KeyRing(List<SealingKey> keys) {
        this.keys = keys;
    }

    /** @throws IllegalArgumentException where there is no key, or too many, or two have the same number */
    public static KeyRing of(List<SealingKey> keys) {
        if (keys.isEmpty() || keys.size() > KEYS_MAX) {
            throw new IllegalArgumentException(
                    "a key ring holds 1 to %d keys, not %d".formatted(KEYS_MAX, keys.size()));
        }
        Set<Integer> ids = new HashSet<>();
        keys.forEach(key -> {
            if (!ids.add(key.id())) {
                throw new IllegalArgumentException("two sealing keys have the number %d".formatted(key.id()));
            }
        });
        return new KeyRing(List.copyOf(keys));
    }

    /** A ring that nobody else has: for a node without neighbours. */
    public static KeyRing random() {
        byte[] material = new byte[SealingKey.MATERIAL_LENGTH];
        new SecureRandom().nextBytes(material);
        return of(List.of(SealingKey.of(0, material)));
    }

    SealingKey sealing() {
        return keys.getFirst();
    }

    Optional<SealingKey> opening(int id) {
        for (SealingKey key : keys) {
            if (key.id() == id) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return keys.toString();
    }
}
