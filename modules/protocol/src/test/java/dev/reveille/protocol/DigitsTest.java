package dev.reveille.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitsTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "5432", "05432", "65535"})
    void aPortIsANumberOfSixteenBits(String text) {
        assertThat(Digits.port(text)).contains(Integer.parseInt(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "65536", "005432", "-1", "http"})
    void whatIsNoneIsNoPort(String text) {
        assertThat(Digits.port(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "0042", "99999"})
    void digitsAreANumber(String text) {
        assertThat(Digits.only(text, 5)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "1.5", "1e3", " 1", "1 ", "٣", "1/", "1:", "123456"})
    void anythingElseIsNone(String text) {
        assertThat(Digits.only(text, 5)).isFalse();
    }
}
