package dev.reveille.protocol.scram;

import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/**
 * Hi() of RFC 5802 §2.2 in the making: PBKDF2 with one block of output. It can be interrupted between any two of its
 * rounds, so that whoever has many of these to make can let them take turns. Used by one thread at a time.
 */
final class SaltedPassword {

    private final Mac mac;
    private final byte[] round;
    private final byte[] result;
    private int left;

    /**
     * Does the first round.
     *
     * @param iterations rounds in all, 1 or more
     */
    SaltedPassword(byte[] password, byte[] salt, int iterations) {
        mac = ScramHash.mac(password);
        mac.update(salt);
        mac.update(new byte[] {0, 0, 0, 1});
        round = mac.doFinal();
        result = round.clone();
        left = iterations - 1;
    }

    /** Does up to {@code rounds} more; whether it is finished. */
    boolean advance(int rounds) {
        int now = Math.min(rounds, left);
        try {
            for (int done = 0; done < now; done++) {
                mac.update(round);
                mac.doFinal(round, 0);
                for (int at = 0; at < ScramHash.LENGTH; at++) {
                    result[at] ^= round[at];
                }
            }
        } catch (ShortBufferException cannotBe) {
            throw new IllegalStateException(cannotBe);
        }
        left -= now;
        return left == 0;
    }

    /** What came out. To be asked for when it is finished. */
    byte[] result() {
        if (left > 0) {
            throw new IllegalStateException(left + " rounds are left");
        }
        return Arrays.copyOf(result, result.length);
    }
}
