package dev.reveille.cancellation.sealing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import org.apache.pekko.util.ByteString;

/**
 * Seals the names of this node's sessions into cancel keys, and opens those of any node with the same {@link KeyRing}.
 * What a client shows is authenticated before anything is looked up, so a forgery costs one decryption and reaches
 * nobody.
 *
 * <pre>
 *   version 1 | key id 1 | nonce 12 | AES-256-GCM( incarnation 8 | session 8 | address 0..150 ) | tag 16
 * </pre>
 *
 * Version, key id and the process id beside the secret are authenticated too. Nonces are random: at 2^32 keys under one
 * piece of material the chance that any two are the same is still below 2^-32 (NIST SP 800-38D, 8.3). Any thread.
 */
public final class SealedKeys {

    /** Bytes in the longest address that can be sealed in. */
    public static final int ADDRESS_LENGTH_MAX = 150;

    private static final byte VERSION = 1;
    private static final int HEADER_LENGTH = 2;
    private static final int NONCE_LENGTH = 12;
    private static final int TAG_LENGTH = 16;
    private static final int NAME_LENGTH_MIN = 2 * Long.BYTES;
    private static final int LENGTH_MIN = HEADER_LENGTH + NONCE_LENGTH + NAME_LENGTH_MIN + TAG_LENGTH;
    private static final int LENGTH_MAX = LENGTH_MIN + ADDRESS_LENGTH_MAX;

    private final SecureRandom random = new SecureRandom();
    private final KeyRing ring;
    private final long incarnation = random.nextLong();
    private volatile byte[] address = {};

    /** Seals for a node that nobody else can reach yet: see {@link #reachableAt}. */
    public SealedKeys(KeyRing ring) {
        this.ring = ring;
    }

    /**
     * From now on keys say that this node is reached at {@code address}, {@code host:port}. Keys that were sealed before
     * name no address: only this node serves them.
     */
    public void reachableAt(String address) {
        byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > ADDRESS_LENGTH_MAX) {
            throw new IllegalArgumentException("an address of %d bytes".formatted(bytes.length));
        }
        this.address = bytes;
    }

    /** Whether {@code name} was sealed by this very start of this node. */
    public boolean isOurs(SealedName name) {
        return name.incarnation() == incarnation;
    }

    /**
     * The secret of a cancel key for {@code session}.
     *
     * @param processId what will stand before the secret
     */
    public ByteString seal(int processId, long session) {
        SealingKey key = ring.sealing();
        byte[] host = address;
        byte[] name = ByteBuffer.allocate(NAME_LENGTH_MIN + host.length)
                .putLong(incarnation)
                .putLong(session)
                .put(host)
                .array();
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, processId);
            byte[] sealed = new byte[HEADER_LENGTH + NONCE_LENGTH + cipher.getOutputSize(name.length)];
            ByteBuffer.wrap(sealed).put(VERSION).put((byte) key.id()).put(nonce);
            cipher.doFinal(name, 0, name.length, sealed, HEADER_LENGTH + NONCE_LENGTH);
            return ByteString.fromArrayUnsafe(sealed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-GCM is part of every JDK", impossible);
        }
    }

    /** What the key says; nothing where no node with our key ring has sealed it, or somebody has touched it since. */
    public Optional<SealedName> open(int processId, ByteString secret) {
        if (!looksSealed(secret)) {
            return Optional.empty();
        }
        byte[] sealed = secret.toArray();
        return ring.opening(Byte.toUnsignedInt(sealed[1])).flatMap(key -> open(key, processId, sealed));
    }

    private static Optional<SealedName> open(SealingKey key, int processId, byte[] sealed) {
        byte[] nonce = new byte[NONCE_LENGTH];
        System.arraycopy(sealed, HEADER_LENGTH, nonce, 0, NONCE_LENGTH);
        int start = HEADER_LENGTH + NONCE_LENGTH;
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, processId);
            ByteBuffer name = ByteBuffer.wrap(cipher.doFinal(sealed, start, sealed.length - start));
            long incarnation = name.getLong();
            long session = name.getLong();
            String address = StandardCharsets.UTF_8.decode(name).toString();
            return Optional.of(new SealedName(address, incarnation, session));
        } catch (GeneralSecurityException forged) {
            return Optional.empty();
        }
    }

    private static boolean looksSealed(ByteString secret) {
        return secret.size() >= LENGTH_MIN && secret.size() <= LENGTH_MAX && secret.head() == VERSION;
    }

    private static Cipher cipher(int mode, SealingKey key, byte[] nonce, int processId)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.secret(), new GCMParameterSpec(TAG_LENGTH * Byte.SIZE, nonce));
        cipher.updateAAD(ByteBuffer.allocate(HEADER_LENGTH + Integer.BYTES)
                .put(VERSION)
                .put((byte) key.id())
                .putInt(processId)
                .array());
        return cipher;
    }
}
