package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.session.ErrorPage;
import org.junit.jupiter.api.Test;

class LastWordsTest {

    @Test
    void theLossOfAComputeIsExplained() throws Exception {
        // When
        ErrorFields words = switch (Frame.next(LastWords.COMPUTE_GONE, 1_000)) {
            case Decoded.Complete<Frame>(Frame frame, var _) ->
                ErrorResponse.decode(frame.body()).fields();
            case Decoded.Incomplete<Frame> _, Decoded.Malformed<Frame> _ -> throw new AssertionError("no message");
        };

        // Then
        assertThat(ErrorPage.read().entries()).contains(new ErrorPage.Entry(words.sqlState(), words.message()));
    }
}
