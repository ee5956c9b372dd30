package dev.reveille.node;

import dev.reveille.node.embedded.EmbeddedControlPlane;
import dev.reveille.node.settings.ControlPlaneSettings;
import dev.reveille.protocol.scram.ScramVerifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * The secret from which the verifiers of roles that do not exist are made. It follows from secrets that outlive the
 * process and are the same on all nodes with the same configuration: a salt that changed with every start would tell a
 * stranger which roles are made up.
 */
final class MockKey {

    private static final byte[] PURPOSE = "reveille: verifiers of nobody".getBytes(StandardCharsets.UTF_8);
    private static final int RANDOM_LENGTH = 32;

    private MockKey() {}

    static ByteString of(ControlPlaneSettings settings, Optional<EmbeddedControlPlane> embedded) {
        MessageDigest digest = sha256();
        digest.update(PURPOSE);
        boolean secret = false;
        if (embedded.isPresent()) {
            digest.update(embedded.get().password().getBytes(StandardCharsets.UTF_8));
            secret = true;
        } else if (settings instanceof ControlPlaneSettings.Fixed fixed) {
            List<byte[]> keys = fixed.endpoints().values().stream()
                    .flatMap(endpoint -> endpoint.roles().values().stream())
                    .map(ScramVerifier::serverKey)
                    .sorted((one, other) -> one.utf8String().compareTo(other.utf8String()))
                    .map(ByteString::toArray)
                    .toList();
            keys.forEach(digest::update);
            secret = !keys.isEmpty();
        }
        if (!secret) {
            byte[] random = new byte[RANDOM_LENGTH]; // Nobody exists, so there is nobody to be told apart from.
            new SecureRandom().nextBytes(random);
            digest.update(random);
        }
        return ByteString.fromArrayUnsafe(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
