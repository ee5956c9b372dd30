package dev.reveille.protocol.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.Wire;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class ErrorFieldsTest {

    @Test
    void anErrorInAnotherEncodingPassesThroughByteForByte() {
        ByteString body = Wire.bytes("'S' 'FEHLER' 00 'C' '42601' 00 'M' 'caf' e9 00 'Z' 'new' 00 'M' 'again' 00 00");

        ErrorResponse error = ErrorResponse.decode(body);

        assertThat(error.body()).isEqualTo(body);
        assertThat(error.fields().message()).isEqualTo("caf\uFFFD");
    }

    @Test
    void theSeverityIsReadInEnglishWhereItIsGiven() {
        ErrorFields fields = ErrorResponse.decode(Wire.bytes("'S' 'FEHLER' 00 'V' 'ERROR' 00 00"))
                .fields();

        assertThat(fields.severity()).isEqualTo("ERROR");
    }

    @Test
    void anErrorThatSaysNothingIsAnInternalError() {
        ErrorFields fields = ErrorResponse.decode(Wire.bytes("00")).fields();

        assertThat(fields.severity()).isEqualTo("ERROR");
        assertThat(fields.sqlState()).isEqualTo("XX000");
        assertThat(fields.message()).isEmpty();
    }

    @Test
    void detailAndHintFollowTheMessage() {
        ErrorFields fields =
                ErrorFields.of("ERROR", "53300", "full").withDetail("why").withHint("wait");

        assertThat(new ErrorResponse(fields).body())
                .isEqualTo(Wire.bytes("'SERROR' 00 'VERROR' 00 'C53300' 00 'Mfull' 00 'Dwhy' 00 'Hwait' 00 00"));
    }

    @Test
    void aSecondHintTakesThePlaceOfTheFirst() {
        ErrorFields fields =
                ErrorFields.of("ERROR", "53300", "full").withHint("one").withHint("two");

        assertThat(fields.text(ErrorFields.HINT)).contains("two");
        assertThat(fields.fields()).hasSize(5);
    }

    @Test
    void aFieldWithANulCannotBeMade() {
        assertThatThrownBy(() -> ErrorFields.of("ERROR", "53300", "full\0M"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
