package dev.reveille.cancellation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CancelKeysTest {

    private static final CancelHolder HOLDER = (_, handled) -> handled.run();
    private static final CancelHolder OTHER = (_, handled) -> handled.run();

    private final CancelKeys keys = new CancelKeys();

    @ParameterizedTest
    @ValueSource(ints = {CancelKeys.SECRET_LENGTH_3_0, CancelKeys.SECRET_LENGTH_3_2})
    void whoShowsTheKeyFindsItsSession(int length) {
        // Given
        CancelKey key = keys.issue(length, HOLDER);
        keys.issue(length, OTHER);

        // When
        CancelKey shown = new CancelKey(key.processId(), copy(key.secret()));

        // Then
        assertThat(keys.holder(shown)).containsSame(HOLDER);
    }

    @Test
    void theSecretIsAsLongAsTheProtocolHasIt() {
        assertThat(keys.issue(CancelKeys.SECRET_LENGTH_3_0, HOLDER).secret().size())
                .isEqualTo(4);
        assertThat(keys.issue(CancelKeys.SECRET_LENGTH_3_2, HOLDER).secret().size())
                .isEqualTo(32);
    }

    /** So many that chance alone would draw some ids twice. */
    @Test
    void noTwoSessionsHaveTheSameId() {
        // Given
        Set<Integer> ids = new HashSet<>();

        // When
        for (int session = 0; session < 300_000; session++) {
            ids.add(keys.issue(CancelKeys.SECRET_LENGTH_3_0, HOLDER).processId());
        }

        // Then
        assertThat(ids).hasSize(300_000);
        assertThat(keys.size()).isEqualTo(300_000);
    }

    @Test
    void secretsAreNotRepeated() {
        // Given
        Set<ByteString> secrets = new HashSet<>();

        // When
        for (int session = 0; session < 1000; session++) {
            secrets.add(keys.issue(CancelKeys.SECRET_LENGTH_3_2, HOLDER).secret());
        }

        // Then
        assertThat(secrets).hasSize(1000);
    }

    @Test
    void oneWrongBitAnywhereInTheSecretFindsNobody() {
        // Given
        CancelKey key = keys.issue(CancelKeys.SECRET_LENGTH_3_2, HOLDER);

        for (int bit = 0; bit < key.secret().size() * Byte.SIZE; bit++) {
            // When
            byte[] secret = key.secret().toArray();
            secret[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

            // Then
            assertThat(keys.holder(new CancelKey(key.processId(), ByteString.fromArray(secret))))
                    .as("bit %d", bit)
                    .isEmpty();
        }
    }

    @Test
    void aSecretThatIsOnlyABeginningFindsNobody() {
        // Given
        CancelKey key = keys.issue(CancelKeys.SECRET_LENGTH_3_2, HOLDER);

        // Then
        assertThat(keys.holder(new CancelKey(key.processId(), key.secret().take(4))))
                .isEmpty();
        assertThat(keys.holder(new CancelKey(key.processId(), ByteString.emptyByteString())))
                .isEmpty();
    }

    @Test
    void aSecretWithMoreBehindItFindsNobody() {
        // Given
        CancelKey key = keys.issue(CancelKeys.SECRET_LENGTH_3_0, HOLDER);

        // Then
        assertThat(keys.holder(new CancelKey(key.processId(), key.secret().concat(ByteString.fromInts(0)))))
                .isEmpty();
    }

    @Test
    void theRightSecretWithAnotherIdFindsNobody() {
        // Given
        CancelKey key = keys.issue(CancelKeys.SECRET_LENGTH_3_0, HOLDER);

        // Then
        assertThat(keys.holder(new CancelKey(key.processId() + 1, key.secret())))
                .isEmpty();
    }

    @Test
    void aForgottenKeyFindsNobodyAndLeavesTheOthersAlone() {
        // Given
        CancelKey gone = keys.issue(CancelKeys.SECRET_LENGTH_3_0, HOLDER);
        CancelKey other = keys.issue(CancelKeys.SECRET_LENGTH_3_0, OTHER);

        // When
        keys.forget(gone);
        keys.forget(gone);

        // Then
        assertThat(keys.holder(gone)).isEmpty();
        assertThat(keys.holder(other)).containsSame(OTHER);
        assertThat(keys.size()).isEqualTo(1);
    }

    @Test
    void secretsAreNotPrinted() {
        // Given
        ByteString secret = ByteString.fromString("hush");
        CancelTarget target = new CancelTarget(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432),
                CancelTarget.Security.CLEAR,
                "compute",
                4711,
                secret);

        // Then
        assertThat(new CancelKey(4711, secret)).hasToString("CancelKey[4711, ***]");
        assertThat(target.toString()).doesNotContain("hush").doesNotContain(secret.toString());
    }

    private static ByteString copy(ByteString secret) {
        return ByteString.fromArray(secret.toArray());
    }
}
