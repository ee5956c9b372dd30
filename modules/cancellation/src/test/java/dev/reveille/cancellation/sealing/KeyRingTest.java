package dev.reveille.cancellation.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingTest {

    private static final byte[] MATERIAL = "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);
    private static final String BASE64 = Base64.getEncoder().encodeToString(MATERIAL);

    @Test
    void aKeyIsReadAsSettingsSpellIt() {
        // When
        SealingKey key = SealingKey.parse("7:" + BASE64);

        // Then
        assertThat(key.id()).isEqualTo(7);
        assertThat(key.secret().getEncoded()).isEqualTo(MATERIAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hush",
                "7",
                "7:",
                ":aHVzaA==",
                "x:aHVzaA==",
                "7:aHVzaA==",
                "256:MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=",
                "-1:MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=",
                "7:MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=?"
            })
    void anythingElseIsRefusedWithoutBeingRepeated(String text) {
        assertThatThrownBy(() -> SealingKey.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .hasMessageNotContaining("aHVz")
                .hasMessageNotContaining("MDEy")
                .hasMessageNotContaining("hush");
    }

    @Test
    void aKeyPrintsItsNumberOnly() {
        assertThat(KeyRing.of(List.of(SealingKey.of(7, MATERIAL)))).hasToString("[SealingKey[7, ***]]");
    }

    @Test
    void aRingHoldsOneToSixteenKeys() {
        assertThatThrownBy(() -> ring(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(ring(16).opening(15)).isPresent();
        assertThatThrownBy(() -> ring(17)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noTwoKeysOfARingHaveOneNumber() {
        assertThatThrownBy(() -> KeyRing.of(List.of(SealingKey.of(7, MATERIAL), SealingKey.of(7, MATERIAL))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static KeyRing ring(int size) {
        return KeyRing.of(IntStream.range(0, size)
                .mapToObj(id -> SealingKey.of(id, MATERIAL))
                .toList());
    }
}
