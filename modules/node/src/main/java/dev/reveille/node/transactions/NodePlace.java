package dev.reveille.node.transactions;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says on which node a transaction is, in 22 characters. The address is digested, so that a name can only ever lead to one of
 * the nodes that are known already: there is nothing in it that could be connected to.
 *
 * @param address digest of where other nodes reach it
 * @param incarnation which life of the node, a random number: transactions end with it
 */
record NodePlace(long address, long incarnation) {

    private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9_-]{22}");

    /** Of the node at {@code address}, {@code host:port}. */
    static NodePlace of(String address, long incarnation) {
        return new NodePlace(digest(address), incarnation);
    }

    static long digest(String address) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    static Optional<NodePlace> parse(String text) {
        if (!TEXT.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            return Optional.of(new NodePlace(bytes.getLong(), bytes.getLong()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    String text() {
        byte[] bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(address)
                .putLong(incarnation)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
