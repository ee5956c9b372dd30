package dev.reveille.protocol.scram;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The arithmetic of SCRAM-SHA-256 over plain arrays: RFC 5802 §2.2 and §3. Any thread. Each keeps one HMAC and one hash to
 * use them again, because to find an algorithm takes Java longer than to apply it; so the last key that a thread used stays
 * in its memory until the next.
 */
final class ScramHash {

    /** The length of a SHA-256 hash, and so of every key and every proof. */
    static final int LENGTH = 32;

    private static final String HMAC = "HmacSHA256";

    private static final ThreadLocal<Mac> MACS = ThreadLocal.withInitial(ScramHash::newMac);
    private static final ThreadLocal<MessageDigest> DIGESTS = ThreadLocal.withInitial(ScramHash::newDigest);

    private ScramHash() {}

    static byte[] hmac(byte[] key, byte[] data) {
        return withKey(MACS.get(), key).doFinal(data);
    }

    static byte[] sha256(byte[] data) {
        return DIGESTS.get().digest(data);
    }

    static byte[] xor(byte[] one, byte[] other) {
        byte[] result = new byte[one.length];
        for (int at = 0; at < result.length; at++) {
            result[at] = (byte) (one[at] ^ other[at]);
        }
        return result;
    }

    /** Hi() of RFC 5802: PBKDF2 with one block of output. Takes a time that grows with {@code iterations}. */
    static byte[] saltedPassword(byte[] password, byte[] salt, int iterations) {
        SaltedPassword salted = new SaltedPassword(password, salt, iterations);
        salted.advance(iterations);
        return salted.result();
    }

    /** One that belongs to the caller, and may be used little by little. */
    static Mac mac(byte[] key) {
        return withKey(newMac(), key);
    }

    private static Mac withKey(Mac mac, byte[] key) {
        try {
            // Java refuses an empty key. HMAC pads keys with zeros, so that one zero is the same key.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
            return mac;
        } catch (InvalidKeyException anyBytesWillDo) {
            throw new IllegalStateException(anyBytesWillDo);
        }
    }

    private static Mac newMac() {
        try {
            return Mac.getInstance(HMAC);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
