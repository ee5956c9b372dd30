package dev.reveille.session.line;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that forget all that they should by DISCARD ALL, and those that forget a login's role as well. */
class ResetTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "13.18",
                "14.15",
                "15.10",
                "15.18 (Debian 15.18-0+deb12u1)",
                "16.6",
                "17.2",
                "18.0",
                "18beta1",
                "19devel",
                "20.1"
            })
    void newServersBringALoginsRoleBack(String version) {
        assertThat(Reset.discardAllSuffices(version)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "9.6.24",
                "12.22",
                "13.17",
                "15.9 (Debian)",
                "16",
                "17.1",
                "17rc1",
                "17devel",
                "Cockroach 25.1",
                "99999999999999999999.1",
                "17.99999999999999999999",
                "\u0661\u0668.0"
            })
    void ofOthersNobodyKnows(String version) {
        assertThat(Reset.discardAllSuffices(version)).isFalse();
    }
}
