package dev.reveille.gateway.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is heard of a client's frames, however they are cut. */
class FrameReaderTest implements FrameReader.Listener {

    private static final int FIN = 0x80;

    private final FrameReader reader = new FrameReader(this);
    private final List<String> events = new ArrayList<>();
    private ByteString data = ByteString.emptyByteString();

    @Test
    void aWholeFrameIsItsPayload() {
        reader.hear(ClientFrames.binary("hello"));

        assertThat(data.utf8String()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 125, 126, 65_535, 65_536, 1_000_000})
    void aFrameOfAnyLengthIsReadByteByByteAsWellAsWhole(int length) {
        // Given
        byte[] payload = new byte[length];
        new Random(length).nextBytes(payload);

        // When
        reader.hear(ClientFrames.binary(payload));
        byte[] again = ClientFrames.binary(payload);
        for (byte one : again) {
            reader.hear(new byte[] {one});
        }

        // Then
        assertThat(data.take(length).toArray()).isEqualTo(payload);
        assertThat(data.drop(length).toArray()).isEqualTo(payload);
        assertThat(events).isEmpty();
    }

    @Test
    void aLongFrameIsHandedOnAsItComes() {
        byte[] frame = ClientFrames.binary("0123456789");

        reader.hear(Arrays.copyOf(frame, frame.length - 5));

        assertThat(data.utf8String()).isEqualTo("01234");
    }

    @Test
    void fragmentsAreOneStreamAndAPingMayComeBetween() {
        reader.hear(joined(
                ClientFrames.frame(ClientFrames.BINARY, bytes("one ")),
                ClientFrames.frame(FIN | ClientFrames.PING, bytes("?")),
                ClientFrames.frame(ClientFrames.CONTINUATION, bytes("two ")),
                ClientFrames.frame(FIN | ClientFrames.CONTINUATION, bytes("three"))));

        assertThat(data.utf8String()).isEqualTo("one two three");
        assertThat(events).containsExactly("ping ?");
    }

    @Test
    void nothingIsReadBehindAClose() {
        reader.hear(joined(
                ClientFrames.frame(FIN | ClientFrames.CLOSE, new byte[] {3, (byte) 0xE8}),
                ClientFrames.binary("late")));

        assertThat(events).containsExactly("closed 2");
        assertThat(data.isEmpty()).isTrue();
    }

    @Test
    void aPongIsASignOfLifeAndNothingElse() {
        reader.hear(ClientFrames.frame(FIN | ClientFrames.PONG, bytes("x")));

        assertThat(events).containsExactly("pong");
    }

    @Test
    void aTextFrameIsAnotherKindOfData() {
        reader.hear(ClientFrames.frame(FIN | ClientFrames.TEXT, bytes("select 1")));

        assertThat(events).containsExactly("UNSUPPORTED_DATA");
        assertThat(data.isEmpty()).isTrue();
    }

    @Test
    void aFrameThatIsNotMaskedIsAViolation() {
        reader.hear(new byte[] {(byte) (FIN | ClientFrames.BINARY), 1, 'x'});

        isViolation();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x40, 0x20, 0x10})
    void aReservedBitIsAViolation(int bit) {
        reader.hear(ClientFrames.frame(FIN | bit | ClientFrames.BINARY, bytes("x")));

        isViolation();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 7, 11, 15})
    void anUnknownOpcodeIsAViolation(int opcode) {
        reader.hear(ClientFrames.frame(FIN | opcode, bytes("x")));

        isViolation();
    }

    @Test
    void aPingOfMoreThan125BytesIsAViolation() {
        reader.hear(ClientFrames.frame(FIN | ClientFrames.PING, new byte[126]));

        isViolation();
    }

    @Test
    void aPingInFragmentsIsAViolation() {
        reader.hear(ClientFrames.frame(ClientFrames.PING, bytes("x")));

        isViolation();
    }

    @Test
    void aContinuationOfNothingIsAViolation() {
        reader.hear(joined(ClientFrames.binary(""), ClientFrames.frame(FIN | ClientFrames.CONTINUATION, bytes("x"))));

        isViolation();
    }

    @Test
    void aNegativeLengthIsAViolation() {
        reader.hear(new byte[] {(byte) 0x82, (byte) 0xFF, (byte) 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 'x'});

        isViolation();
    }

    private void isViolation() {
        assertThat(events).containsExactly("PROTOCOL_ERROR");
        assertThat(data.isEmpty()).isTrue();
    }

    @Override
    public void data(ByteString bytes) {
        data = data.concat(bytes);
    }

    @Override
    public void ping(ByteString payload) {
        events.add("ping " + payload.utf8String());
    }

    @Override
    public void pong() {
        events.add("pong");
    }

    @Override
    public void closed(ByteString payload) {
        events.add("closed " + payload.size());
    }

    @Override
    public void violated(CloseCode code, String reason) {
        events.add(code.toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
