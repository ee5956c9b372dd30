package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.session.ErrorPage;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LastWordsTest {

    static Stream<ByteString> everything() {
        return Stream.of(LastWords.COMPUTE_GONE, LastWords.COMPUTE_BABBLED, LastWords.CLIENT_BABBLED);
    }

    @ParameterizedTest
    @MethodSource("everything")
    void whatAClientHearsAtTheEndIsExplained(ByteString lastWords) throws Exception {
        // When
        ErrorFields words = switch (Frame.next(lastWords, 1_000)) {
            case Decoded.Complete<Frame>(Frame frame, var _) ->
                ErrorResponse.decode(frame.body()).fields();
            case Decoded.Incomplete<Frame> _, Decoded.Malformed<Frame> _ -> throw new AssertionError("no message");
        };

        // Then
        assertThat(ErrorPage.read().entries()).contains(new ErrorPage.Entry(words.sqlState(), words.message()));
    }
}
