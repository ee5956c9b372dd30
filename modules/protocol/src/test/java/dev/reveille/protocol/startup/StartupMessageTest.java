package dev.reveille.protocol.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.Wire;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class StartupMessageTest {

    @Test
    void theFirstOfTwoValuesIsFoundAndBothAreKept() {
        StartupMessage message = read("'user' 00 'ann' 00 'user' 00 'bob' 00 00");

        assertThat(message.text("user")).contains("ann");
        assertThat(message.parameters()).containsExactly(Parameter.of("user", "ann"), Parameter.of("user", "bob"));
    }

    @Test
    void aNameThatOccursTwiceIsReportedOnce() {
        StartupMessage message = read("'user' 00 'a' 00 'x' 00 'b' 00 'user' 00 'c' 00 'user' 00 'd' 00 00");

        assertThat(message.duplicates()).containsExactly("user");
    }

    @Test
    void aUserWithoutANameIsAnEmptyValue() {
        assertThat(read("'user' 0000").text("user")).contains("");
    }

    @Test
    void aLastNameWithoutAValueIsIgnored() {
        assertThat(read("'user' 00 'ann' 00 'database' 00").parameters()).containsExactly(Parameter.of("user", "ann"));
    }

    @Test
    void aMissingParameterIsNothing() {
        assertThat(read("00").text("user")).isEmpty();
    }

    @Test
    void aValueThatIsNotUtf8IsKeptByteForByte() {
        StartupMessage message = read("'user' 00 'caf' e9 0000");

        assertThat(message.parameters().getFirst().value()).isEqualTo(Wire.bytes("'caf' e9"));
        assertThat(message.text("user")).contains("caf\uFFFD");
        assertThat(message.encode().drop(8)).isEqualTo(Wire.bytes("'user' 00 'caf' e9 0000"));
    }

    @Test
    void protocolOptionsAreListedInOrderAndCanBeLeftOut() {
        StartupMessage message = read("'_pq_.b' 00 '1' 00 'user' 00 'ann' 00 '_pq_.a' 00 '2' 00 00");

        assertThat(message.protocolOptions()).containsExactly("_pq_.b", "_pq_.a");
        assertThat(message.withoutProtocolOptions().parameters()).containsExactly(Parameter.of("user", "ann"));
    }

    @Test
    void valuesAreNotPrinted() {
        StartupMessage message = new StartupMessage(ProtocolVersion.V3_0, List.of(Parameter.of("options", "secret=1")));

        assertThat(message).hasToString("StartupMessage[3.0, [options]]");
    }

    @Test
    void aParameterWithANulCannotBeMade() {
        assertThatThrownBy(() -> Parameter.of("user", "ann\0database")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aParameterWithoutANameCannotBeMadeBecauseItWouldEndTheList() {
        assertThatThrownBy(() -> Parameter.of("", "ann")).isInstanceOf(IllegalArgumentException.class);
    }

    private static StartupMessage read(String body) {
        ByteString bytes = Wire.bytes(body);
        return StartupMessage.decode(ProtocolVersion.V3_0, bytes);
    }
}
