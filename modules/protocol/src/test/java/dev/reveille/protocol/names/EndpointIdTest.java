package dev.reveille.protocol.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointIdTest {

    static String[] namesThatAreNone() {
        return new String[] {"", "a b", "a.b", "a_b", "a'b", "é", "a\0", "a\n", "x".repeat(64)};
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "ep-cool-name-123456",
                "EP",
                "-",
                "123456789012345678901234567890123456789012345678901234567890123"
            })
    void lettersDigitsAndHyphensMakeAName(String name) {
        assertThat(EndpointId.parse(name)).contains(new EndpointId(name));
    }

    @ParameterizedTest(name = "{index}")
    @MethodSource("namesThatAreNone")
    void anythingElseIsNoName(String name) {
        assertThat(EndpointId.parse(name)).isEmpty();
    }

    @Test
    void aNameThatIsNoneCannotBeMadeAndIsNotRepeated() {
        assertThatThrownBy(() -> new EndpointId("a b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("a b");
    }

    @Test
    void namesAreNotFoldedToOneCase() {
        assertThat(new EndpointId("A")).isNotEqualTo(new EndpointId("a"));
    }

    @ParameterizedTest
    @CsvSource({
        "ep-x, ep-x",
        "ep-x-pooler, ep-x",
        "ep-x-local-proxy, ep-x",
        "ep-x-pooler-pooler, ep-x-pooler", // one suffix only
        "ep-x-local-proxy-pooler, ep-x-local-proxy",
        "ep-x-pooler-local-proxy, ep-x-pooler",
        "-pooler, -pooler", // nothing would be left
        "ep-poolerx, ep-poolerx"
    })
    void oneSuffixIsNotPartOfTheNormalisedName(String name, String normalised) {
        assertThat(new EndpointId(name).normalised()).isEqualTo(new EndpointId(normalised));
    }
}
