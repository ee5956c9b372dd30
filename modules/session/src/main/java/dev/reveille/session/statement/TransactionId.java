package dev.reveille.session.statement;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names an open transaction to its owner, as {@code handle.secret}. The handle finds it and may lead to a node; the secret
 * cannot be guessed, is compared in constant time, and is not printed.
 *
 * @param handle 1 to 100 of {@code A-Z a-z 0-9 _ ~ -}
 * @param secret 22 characters of the same, 128 bits
 */
public record TransactionId(String handle, String secret) {

    private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9_~-]{1,100})\\.([A-Za-z0-9_-]{22})");
    private static final int HANDLE_BYTES = 12;
    private static final int SECRET_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    public TransactionId {
        if (!TEXT.matcher(handle + "." + secret).matches()) {
            throw new IllegalArgumentException("not the name of a transaction");
        }
    }

    /** A name that nobody has had and nobody can guess. */
    public static TransactionId fresh() {
        return new TransactionId(random(HANDLE_BYTES), random(SECRET_BYTES));
    }

    /** Reads {@link #text}; nothing where it is no such thing. */
    public static Optional<TransactionId> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches() ? Optional.of(new TransactionId(parts.group(1), parts.group(2))) : Optional.empty();
    }

    /** What the owner is told, and shows again. */
    public String text() {
        return handle + "." + secret;
    }

    /** Whether this is the same, found out in a time that says nothing about the secret. */
    public boolean provesToBe(TransactionId another) {
        return handle.equals(another.handle)
                && MessageDigest.isEqual(
                        secret.getBytes(StandardCharsets.US_ASCII), another.secret.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "TransactionId[%s, ***]".formatted(handle);
    }

    private static String random(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
