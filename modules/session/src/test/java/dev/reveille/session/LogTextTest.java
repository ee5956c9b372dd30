package dev.reveille.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words of strangers in our log. */
class LogTextTest {

    @Test
    void plainWordsAreWrittenAsTheyAre() {
        assertThat(LogText.printable("app user/1")).isEqualTo("app user/1");
    }

    @Test
    void lettersOfAllLanguagesCanBeRead() {
        assertThat(LogText.printable("müller 京 😀")).isEqualTo("müller 京 😀");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb",
                "a\rb",
                "a\tb",
                "a\u0000b",
                "a\u001bb",
                "a\u007fb",
                "a\u0085b",
                "a\"b",
                "a\u2028b",
                "a\u202eb",
                "a\u200bb",
                "a\ud800b"
            })
    void nobodyWritesLinesOrKeysOfHisOwn(String text) {
        assertThat(LogText.printable(text)).isEqualTo("a?b");
    }

    @Test
    void nobodyFillsTheLog() {
        assertThat(LogText.printable("x".repeat(10_000))).hasSize(500);
        assertThat(LogText.printable("é".repeat(10_000))).hasSize(500);
    }
}
