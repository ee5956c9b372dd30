package dev.reveille.gateway.jwt;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Which signatures were found good, so that a token that comes with each request is not checked each time. It remembers
 * that <em>this key signed this text</em>, which stays true, and nothing else: whether the key is still published, and what
 * the claims say about audience and time, is looked at with every request. Holds digests under a secret of its own, no
 * tokens; the one that was not used for longest makes room. Any thread.
 */
final class SignatureMemory {

    private static final String MAC = "HmacSHA256";
    private static final int SECRET_LENGTH = 32;
    private static final float LOAD = 0.75f;

    private final SecretKeySpec secret;
    private final Map<String, Boolean> known;

    SignatureMemory(int max) {
        byte[] random = new byte[SECRET_LENGTH];
        new SecureRandom().nextBytes(random);
        this.secret = new SecretKeySpec(random, MAC);
        this.known = new LinkedHashMap<>(16, LOAD, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
                return size() > max;
            }
        };
    }

    boolean knows(SignedToken token, PublicKey key) {
        String digest = digest(token, key);
        synchronized (known) {
            return known.get(digest) != null; // Counts as a use.
        }
    }

    void remember(SignedToken token, PublicKey key) {
        String digest = digest(token, key);
        synchronized (known) {
            known.put(digest, true);
        }
    }

    int size() {
        synchronized (known) {
            return known.size();
        }
    }

    /** The whole key goes in, not its id: another key of the same id has signed nothing yet. */
    private String digest(SignedToken token, PublicKey key) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(secret);
            mac.update(key.getEncoded());
            mac.update(token.signedBytes());
            mac.update((byte) '.'); // Base64url has no dots: where the text ends is certain.
            mac.update(token.signature().getBytes(StandardCharsets.US_ASCII));
            return new String(mac.doFinal(), StandardCharsets.ISO_8859_1);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has " + MAC, impossible);
        }
    }
}
