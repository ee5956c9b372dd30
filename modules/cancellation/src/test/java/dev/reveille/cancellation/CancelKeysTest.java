package dev.reveille.cancellation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.sealing.KeyRing;
import dev.reveille.cancellation.sealing.SealedKeys;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CancelKeysTest {

    private static final CancelHolder HOLDER = (_, handled) -> handled.run();
    private static final CancelHolder OTHER = (_, handled) -> handled.run();
    private static final CancelTarget TARGET = new CancelTarget(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432),
            CancelTarget.Security.CLEAR,
            "compute",
            4711,
            ByteString.fromString("hush"));
    private static final CancelRecord RECORD =
            new CancelRecord(TARGET, EndpointKey.of(new EndpointId("blue")), new RoleName("app"));

    private final KeyRing ring = KeyRing.random();
    private final SealedKeys sealed = new SealedKeys(ring);
    private final CancelKeys keys = CancelKeys.sealing(sealed);

    @ParameterizedTest
    @CsvSource({"3, 0", "3, 2"})
    void whoShowsTheKeyFindsItsSession(int major, int minor) {
        // Given
        ProtocolVersion version = new ProtocolVersion(major, minor);
        CancelKey key = keys.issue(version, RECORD, HOLDER);
        keys.issue(version, RECORD, OTHER);

        // When
        CancelKey shown = new CancelKey(key.processId(), copy(key.secret()));

        // Then
        assertThat(keys.holder(shown)).containsSame(HOLDER);
    }

    @Test
    void theSecretIsAsLongAsTheProtocolHasIt() {
        assertThat(keys.issue(ProtocolVersion.V3_0, RECORD, HOLDER).secret().size())
                .isEqualTo(4);
        assertThat(keys.issue(ProtocolVersion.V3_2, RECORD, HOLDER).secret().size())
                .isGreaterThan(4);
    }

    @Test
    void whereNothingIsSealedEverybodyGetsEightBytes() {
        // When
        CancelKeys plain = CancelKeys.plain();
        CancelKey key = plain.issue(ProtocolVersion.V3_2, RECORD, HOLDER);

        // Then
        assertThat(key.secret().size()).isEqualTo(4);
        assertThat(plain.holder(key)).containsSame(HOLDER);
    }

    /** So many that chance alone would draw some ids twice. */
    @Test
    void noTwoSessionsHaveTheSameId() {
        // Given
        Set<Integer> ids = new HashSet<>();

        // When
        for (int session = 0; session < 300_000; session++) {
            ids.add(keys.issue(ProtocolVersion.V3_0, RECORD, HOLDER).processId());
        }

        // Then
        assertThat(ids).hasSize(300_000);
        assertThat(keys.size()).isEqualTo(300_000);
    }

    @ParameterizedTest
    @CsvSource({"3, 0", "3, 2"})
    void oneWrongBitAnywhereInTheSecretFindsNobody(int major, int minor) {
        // Given
        CancelKey key = keys.issue(new ProtocolVersion(major, minor), RECORD, HOLDER);

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
        CancelKey key = keys.issue(ProtocolVersion.V3_2, RECORD, HOLDER);

        // Then
        assertThat(keys.holder(new CancelKey(key.processId(), key.secret().take(4))))
                .isEmpty();
        assertThat(keys.holder(new CancelKey(key.processId(), ByteString.emptyByteString())))
                .isEmpty();
    }

    @Test
    void aSecretWithMoreBehindItFindsNobody() {
        // Given
        CancelKey key = keys.issue(ProtocolVersion.V3_0, RECORD, HOLDER);

        // Then
        assertThat(keys.holder(new CancelKey(key.processId(), key.secret().concat(ByteString.fromInts(0)))))
                .isEmpty();
    }

    @Test
    void theRightSecretWithAnotherIdFindsNobody() {
        // Given
        CancelKey key = keys.issue(ProtocolVersion.V3_0, RECORD, HOLDER);

        // Then
        assertThat(keys.holder(new CancelKey(key.processId() + 1, key.secret())))
                .isEmpty();
    }

    @Test
    void aForgottenKeyFindsNobodyAndLeavesTheOthersAlone() {
        // Given
        CancelKey gone = keys.issue(ProtocolVersion.V3_0, RECORD, HOLDER);
        CancelKey sealedGone = keys.issue(ProtocolVersion.V3_2, RECORD, HOLDER);
        CancelKey other = keys.issue(ProtocolVersion.V3_0, RECORD, OTHER);

        // When
        keys.forget(gone);
        keys.forget(gone);
        keys.forget(sealedGone);

        // Then
        assertThat(keys.holder(gone)).isEmpty();
        assertThat(keys.holder(sealedGone)).isEmpty();
        assertThat(keys.holder(other)).containsSame(OTHER);
        assertThat(keys.size()).isEqualTo(1);
    }

    /** Else four bytes were enough to guess for a session whose client was given many more. */
    @Test
    void aSealedSessionIsNotFoundByEightBytes() {
        // Given
        CancelKey key = keys.issue(ProtocolVersion.V3_2, RECORD, HOLDER);
        long session = sealed.open(key.processId(), key.secret()).orElseThrow().session();

        // When
        CancelKey guessed = new CancelKey(key.processId(), bytes((int) session));

        // Then
        assertThat(keys.holder(guessed)).isEmpty();
    }

    @Test
    void aSealedKeyOfAnotherNodeSaysWhereItBelongs() {
        // Given
        SealedKeys others = new SealedKeys(ring);
        others.reachableAt("10.0.0.2:25520");
        CancelKey key = CancelKeys.sealing(others).issue(ProtocolVersion.V3_2, RECORD, OTHER);

        // Then
        assertThat(keys.whereabouts(key))
                .isInstanceOfSatisfying(
                        Whereabouts.Elsewhere.class,
                        elsewhere -> assertThat(elsewhere.name().address()).isEqualTo("10.0.0.2:25520"));
    }

    @Test
    void aSealedKeyOfAnotherNodeWithoutAnAddressIsNobodys() {
        // Given
        CancelKey key = CancelKeys.sealing(new SealedKeys(ring)).issue(ProtocolVersion.V3_2, RECORD, OTHER);

        // Then
        assertThat(keys.whereabouts(key)).isEqualTo(new Whereabouts.Nowhere());
    }

    @Test
    void aForgedKeyIsNobodysAndEightUnknownBytesMayBeSomebodys() {
        assertThat(keys.whereabouts(new CancelKey(1, ByteString.fromArray(new byte[67]))))
                .isEqualTo(new Whereabouts.Nowhere());
        assertThat(keys.whereabouts(new CancelKey(-2, bytes(-3))))
                .isEqualTo(new Whereabouts.Unnamed(0xFFFFFFFE_FFFFFFFDL));
    }

    @Test
    void theListenerHearsOfKeysOfEightBytesAndOfNoOthers() {
        // Given
        List<String> heard = new ArrayList<>();
        keys.tell(new KeyListener() {
            @Override
            public void issued(long key, CancelRecord record) {
                heard.add("issued %x %s".formatted(key, record));
            }

            @Override
            public void forgotten(long key) {
                heard.add("forgotten %x".formatted(key));
            }
        });

        // When
        CancelKey key = keys.issue(ProtocolVersion.V3_0, RECORD, HOLDER);
        CancelKey sealedKey = keys.issue(ProtocolVersion.V3_2, RECORD, HOLDER);
        keys.forget(sealedKey);
        keys.forget(key);

        // Then
        long bits = (long) key.processId() << Integer.SIZE
                | Integer.toUnsignedLong(key.secret().asByteBuffer().getInt());
        assertThat(heard).containsExactly("issued %x %s".formatted(bits, RECORD), "forgotten %x".formatted(bits));
    }

    @Test
    void aWalkMeetsTheKeysOfEightBytesWithTheirRecords() {
        // Given
        CancelKey key = keys.issue(ProtocolVersion.V3_0, RECORD, HOLDER);
        keys.issue(ProtocolVersion.V3_2, RECORD, HOLDER);
        keys.forget(keys.issue(ProtocolVersion.V3_0, RECORD, HOLDER));
        List<Integer> met = new ArrayList<>();

        // When
        keys.forEach((bits, record) -> {
            assertThat(record).isSameAs(RECORD);
            met.add((int) (bits >>> Integer.SIZE));
        });

        // Then
        assertThat(met).containsExactly(key.processId());
    }

    @Test
    void secretsAreNotPrinted() {
        // Given
        ByteString secret = ByteString.fromString("hush");

        // Then
        assertThat(new CancelKey(4711, secret)).hasToString("CancelKey[4711, ***]");
        assertThat(TARGET.toString()).doesNotContain("hush").doesNotContain(secret.toString());
        assertThat(new Whereabouts.Unnamed(4711).toString()).doesNotContain("4711");
    }

    private static ByteString bytes(int secret) {
        return ByteString.fromArray(
                ByteBuffer.allocate(Integer.BYTES).putInt(secret).array());
    }

    private static ByteString copy(ByteString secret) {
        return ByteString.fromArray(secret.toArray());
    }
}
