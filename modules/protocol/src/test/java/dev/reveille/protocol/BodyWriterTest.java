package dev.reveille.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class BodyWriterTest {

    @Test
    void aTextWithANulIsRefusedBecauseItWouldSmuggleInAnotherField() {
        BodyWriter out = new BodyWriter();

        assertThatThrownBy(() -> out.text("select 1\0evil"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("evil");
    }

    @Test
    void aListThatItsCountCannotHoldIsRefused() {
        BodyWriter out = new BodyWriter();

        assertThatThrownBy(() -> out.objectIds(Collections.nCopies(0x10000, 23)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theLongestListIsReadBackWhole() {
        ByteString body =
                new BodyWriter().objectIds(Collections.nCopies(0xFFFF, 23)).body();

        assertThat(new BodyReader("test", body).objectIds()).hasSize(0xFFFF);
    }

    @Test
    void textThatIsNotUtf8IsReadWithReplacementCharacters() {
        assertThat(new BodyReader("test", Wire.bytes("'caf' e9 00")).text()).isEqualTo("caf\uFFFD");
    }
}
