package dev.reveille.cancellation.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class SealedKeysTest {

    private static final String ADDRESS = "10.20.30.40:25520";
    private static final int PROCESS_ID = 0x12345678;
    private static final long SESSION = 0x12345678_9ABCDEF0L;

    private final SealingKey first = key(1);
    private final SealingKey second = key(2);
    private final SealedKeys node = node(first);

    @Test
    void aKeyOpensWhereItWasSealed() {
        // When
        ByteString secret = node.seal(PROCESS_ID, SESSION);

        // Then
        assertThat(node.open(PROCESS_ID, secret)).hasValueSatisfying(name -> {
            assertThat(name.address()).isEqualTo(ADDRESS);
            assertThat(name.session()).isEqualTo(SESSION);
            assertThat(node.isOurs(name)).isTrue();
        });
    }

    @Test
    void aNodeWithTheSameMaterialLearnsWhoseTheKeyIs() {
        // Given
        SealedKeys other = node(key(1));

        // When
        ByteString secret = node.seal(PROCESS_ID, SESSION);

        // Then
        assertThat(other.open(PROCESS_ID, secret)).hasValueSatisfying(name -> {
            assertThat(name.address()).isEqualTo(ADDRESS);
            assertThat(name.session()).isEqualTo(SESSION);
            assertThat(other.isOurs(name)).isFalse();
        });
    }

    @Test
    void aNodeWithOtherMaterialUnderTheSameNumberRefusesIt() {
        // Given
        byte[] material = new byte[SealingKey.MATERIAL_LENGTH];
        SealedKeys stranger = node(SealingKey.of(1, material));

        // When
        ByteString secret = node.seal(PROCESS_ID, SESSION);

        // Then
        assertThat(stranger.open(PROCESS_ID, secret)).isEmpty();
    }

    @Test
    void aRestartedNodeAtTheSameAddressIsNotTheSameNode() {
        // Given
        ByteString secret = node.seal(PROCESS_ID, SESSION);

        // When
        SealedKeys restarted = node(first);

        // Then
        assertThat(restarted.isOurs(restarted.open(PROCESS_ID, secret).orElseThrow()))
                .isFalse();
    }

    @Test
    void beforeItHasAnAddressANodeNamesItselfByItsIncarnationAlone() {
        // Given
        SealedKeys alone = new SealedKeys(KeyRing.of(List.of(first)));
        ByteString secret = alone.seal(PROCESS_ID, SESSION);

        // When
        alone.reachableAt(ADDRESS);

        // Then
        assertThat(alone.open(PROCESS_ID, secret)).hasValueSatisfying(name -> {
            assertThat(name.address()).isEmpty();
            assertThat(alone.isOurs(name)).isTrue();
        });
    }

    @Test
    void everyFlippedBitIsRefused() {
        // Given
        byte[] secret = node.seal(PROCESS_ID, SESSION).toArray();

        for (int bit = 0; bit < secret.length * Byte.SIZE; bit++) {
            // When
            byte[] touched = secret.clone();
            touched[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);

            // Then
            assertThat(node.open(PROCESS_ID, ByteString.fromArray(touched)))
                    .as("bit %d", bit)
                    .isEmpty();
        }
    }

    @Test
    void everyFlippedBitOfTheProcessIdIsRefused() {
        // Given
        ByteString secret = node.seal(PROCESS_ID, SESSION);

        for (int bit = 0; bit < Integer.SIZE; bit++) {
            // Then
            assertThat(node.open(PROCESS_ID ^ 1 << bit, secret))
                    .as("bit %d", bit)
                    .isEmpty();
        }
    }

    @Test
    void anotherNumberInFrontIsRefusedEvenWhereBothKeysAreKnown() {
        // Given
        SealedKeys both = node(first, SealingKey.of(2, material(1)));
        byte[] secret = both.seal(PROCESS_ID, SESSION).toArray();

        // When
        secret[1] = 2;

        // Then
        assertThat(both.open(PROCESS_ID, ByteString.fromArray(secret))).isEmpty();
    }

    @Test
    void everyBeginningIsRefusedAndSoIsEveryExtension() {
        // Given
        ByteString secret = node.seal(PROCESS_ID, SESSION);

        // Then
        for (int length = 0; length < secret.size(); length++) {
            assertThat(node.open(PROCESS_ID, secret.take(length)))
                    .as("length %d", length)
                    .isEmpty();
        }
        assertThat(node.open(PROCESS_ID, secret.concat(ByteString.fromInts(0)))).isEmpty();
    }

    @Test
    void noiseIsRefused() {
        // Given
        Random noise = new Random(4711);

        for (int attempt = 0; attempt < 20_000; attempt++) {
            // When
            byte[] secret = new byte[noise.nextInt(257)];
            noise.nextBytes(secret);
            if (secret.length > 1 && noise.nextBoolean()) {
                secret[0] = 1;
                secret[1] = 1;
            }

            // Then
            assertThat(node.open(noise.nextInt(), ByteString.fromArray(secret))).isEmpty();
        }
    }

    @Test
    void noTwoKeysAreAlikeEvenForOneSession() {
        // Given
        Set<ByteString> secrets = new HashSet<>();

        // When
        for (int time = 0; time < 1000; time++) {
            secrets.add(node.seal(PROCESS_ID, SESSION));
        }

        // Then
        assertThat(secrets).hasSize(1000);
    }

    @Test
    void aKeyIsShortAndSaysNothingInClear() {
        // When
        ByteString secret = node.seal(PROCESS_ID, SESSION);

        // Then
        assertThat(secret.size()).isLessThanOrEqualTo(80);
        assertThat(secret.utf8String()).doesNotContain("10.20");
    }

    @Test
    void whileKeysAreChangedNobodyLosesASession() {
        // Given: the new key is known everywhere before it seals anywhere.
        SealedKeys before = node(first);
        SealedKeys prepared = node(first, second);
        SealedKeys changed = node(second, first);
        SealedKeys after = node(second);

        // Then
        assertThat(prepared.open(PROCESS_ID, before.seal(PROCESS_ID, SESSION))).isPresent();
        assertThat(changed.open(PROCESS_ID, before.seal(PROCESS_ID, SESSION))).isPresent();
        assertThat(prepared.open(PROCESS_ID, changed.seal(PROCESS_ID, SESSION))).isPresent();
        assertThat(after.open(PROCESS_ID, changed.seal(PROCESS_ID, SESSION))).isPresent();
        assertThat(after.open(PROCESS_ID, before.seal(PROCESS_ID, SESSION))).isEmpty();
    }

    @Test
    void theLongestAddressFitsAndALongerOneIsRefused() {
        // When
        node.reachableAt("h".repeat(SealedKeys.ADDRESS_LENGTH_MAX));

        // Then
        ByteString secret = node.seal(PROCESS_ID, SESSION);
        assertThat(secret.size()).isLessThanOrEqualTo(256);
        assertThat(node.open(PROCESS_ID, secret)).isPresent();
        assertThatThrownBy(() -> node.reachableAt("h".repeat(SealedKeys.ADDRESS_LENGTH_MAX + 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static SealedKeys node(SealingKey... keys) {
        SealedKeys sealed = new SealedKeys(KeyRing.of(List.of(keys)));
        sealed.reachableAt(ADDRESS);
        return sealed;
    }

    private static SealingKey key(int id) {
        return SealingKey.of(id, material(id));
    }

    private static byte[] material(int seed) {
        byte[] material = new byte[SealingKey.MATERIAL_LENGTH];
        new Random(seed).nextBytes(material);
        return material;
    }
}
