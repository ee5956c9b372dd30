package dev.reveille.session.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramVerifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.pekko.util.ByteString;

/**
 * Passwords that were proven a short while ago, so that a caller who shows its password with each request does not have it
 * stretched each time. What is kept of a password is a digest under a key that this process made up and never tells; it
 * covers the role's verifier too, so that nothing matches once the role has another password. One for each role of an
 * endpoint is kept. Any thread; a look costs one HMAC, whatever the answer.
 */
public final class ProvenPasswords {

    private static final String HMAC = "HmacSHA256";
    private static final int KEY_LENGTH = 32;

    /** For each thread one that has the key, because preparing it costs as much as using it. */
    private final ThreadLocal<Mac> macs;

    private final Cache<Caller, Proof> proofs;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    private record Caller(EndpointId endpoint, RoleName role) {}

    private record Proof(byte[] digest, ScramKeys keys) {}

    /**
     * @param sizeMax roles remembered at most; 0 remembers nothing
     * @param believedFor how long a proof is believed, however often it is used
     */
    public ProvenPasswords(int sizeMax, Duration believedFor, Ticker ticker) {
        byte[] random = new byte[KEY_LENGTH];
        new SecureRandom().nextBytes(random);
        SecretKeySpec key = new SecretKeySpec(random, HMAC);
        this.macs = ThreadLocal.withInitial(() -> mac(key));
        this.proofs = Caffeine.newBuilder()
                .maximumSize(sizeMax)
                .executor(Runnable::run) // Cleaning up takes less than waking somebody else for it.
                .expireAfterWrite(believedFor)
                .ticker(ticker)
                .build();
    }

    /** The role's keys, where this password was proven against this very verifier. */
    public Optional<ScramKeys> find(EndpointId endpoint, RoleName role, ScramVerifier verifier, ByteString password) {
        Proof proof = proofs.getIfPresent(new Caller(endpoint.normalised(), role));
        byte[] digest = digest(endpoint, role, verifier, password); // Also where nothing is known: it costs time.
        boolean matches = proof != null && MessageDigest.isEqual(proof.digest(), digest) && !verifier.mock();
        (matches ? hits : misses).increment();
        return matches ? Optional.of(proof.keys()) : Optional.empty();
    }

    /** Remembers that {@code password} fitted {@code verifier}. */
    public void remember(
            EndpointId endpoint, RoleName role, ScramVerifier verifier, ByteString password, ScramKeys keys) {
        proofs.put(
                new Caller(endpoint.normalised(), role), new Proof(digest(endpoint, role, verifier, password), keys));
    }

    /** How often a password needed no stretching. */
    public long hits() {
        return hits.sum();
    }

    /** How often it did. */
    public long misses() {
        return misses.sum();
    }

    private byte[] digest(EndpointId endpoint, RoleName role, ScramVerifier verifier, ByteString password) {
        byte[][] parts = {
            endpoint.normalised().value().getBytes(StandardCharsets.UTF_8),
            role.value().getBytes(StandardCharsets.UTF_8),
            verifier.salt().toArrayUnsafe(),
            verifier.storedKey().toArrayUnsafe(),
            verifier.serverKey().toArrayUnsafe(),
            password.toArrayUnsafe()
        };
        return macs.get().doFinal(joined(parts)); // And is as it was after its preparation.
    }

    private static Mac mac(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every JDK has " + HMAC, missing);
        }
    }

    /** Each with its length, so that no two sequences of parts are the same bytes. */
    private static byte[] joined(byte[][] parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += Integer.BYTES + part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.putInt(part.length).put(part);
        }
        return joined.array();
    }
}
