package dev.reveille.cancellation.sealing;

import java.util.Base64;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * One piece of key material, shared by all nodes: whoever has it can make cancel keys. It prints its number only.
 */
public final class SealingKey {

    /** Length of the material: AES-256. */
    public static final int MATERIAL_LENGTH = 32;

    /** The largest number a key may have; it takes one byte in each sealed key. */
    public static final int ID_MAX = 255;

    private final int id;
    private final SecretKey secret;

    private SealingKey(int id, byte[] material) {
        if (id < 0 || id > ID_MAX) {
            throw new IllegalArgumentException(
                    "a sealing key has a number between 0 and %d, not %d".formatted(ID_MAX, id));
        }
        if (material.length != MATERIAL_LENGTH) {
            throw new IllegalArgumentException(
                    "sealing key %d has %d bytes, not %d".formatted(id, material.length, MATERIAL_LENGTH));
        }
        this.id = id;
        this.secret = new SecretKeySpec(material, "AES");
    }

    /** The key with this number; {@code material} is copied. */
    public static SealingKey of(int id, byte[] material) {
        return new SealingKey(id, material);
    }

    /**
     * As settings spell it: the number, a colon and the material in Base64, such as {@code 7:q83v…=}.
     *
     * @throws IllegalArgumentException where that is not so; the message does not repeat the material
     */
    public static SealingKey parse(String text) {
        int id;
        byte[] material;
        try {
            int colon = text.indexOf(':');
            id = Integer.parseInt(text.substring(0, colon));
            material = Base64.getDecoder().decode(text.substring(colon + 1));
        } catch (IllegalArgumentException | IndexOutOfBoundsException unreadable) {
            // Not as the cause: it may quote what it could not read.
            throw new IllegalArgumentException(
                    "a sealing key is written <number>:<%d bytes in Base64>".formatted(MATERIAL_LENGTH));
        }
        return of(id, material);
    }

    public int id() {
        return id;
    }

    SecretKey secret() {
        return secret;
    }

    @Override
    public String toString() {
        return "SealingKey[%d, ***]".formatted(id);
    }
}
