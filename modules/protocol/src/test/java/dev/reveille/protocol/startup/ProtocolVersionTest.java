package dev.reveille.protocol.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProtocolVersionTest {

    @Test
    void aVersionIsOneWordOnTheWire() {
        assertThat(ProtocolVersion.V3_2.code()).isEqualTo(0x00030002);
    }

    @Test
    void theGreaseVersionIsReadFromItsWord() {
        assertThat(ProtocolVersion.ofCode(3 << 16 | 9999)).isEqualTo(new ProtocolVersion(3, 9999));
    }

    @Test
    void aMajorVersionWithItsHighestBitSetStaysPositive() {
        assertThat(ProtocolVersion.ofCode(0xFFFFFFFF)).isEqualTo(new ProtocolVersion(0xFFFF, 0xFFFF));
    }

    @Test
    void versionsAreOrderedByMajorThenMinor() {
        assertThat(ProtocolVersion.V3_2).isBetween(ProtocolVersion.V3_0, new ProtocolVersion(4, 0));
    }

    @Test
    void aPartThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new ProtocolVersion(3, 0x10000)).isInstanceOf(IllegalArgumentException.class);
    }
}
