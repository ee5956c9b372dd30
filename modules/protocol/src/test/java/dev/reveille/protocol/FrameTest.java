package dev.reveille.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {

    private static final int LIMIT = 16;

    @Test
    void aFrameIsCutOffAndTheRestIsKept() {
        // Given
        ByteString bytes = Wire.bytes("'Q' 00000007 'a' 6200 'X' 0000");

        // When
        Decoded<Frame> decoded = Frame.next(bytes, LIMIT);

        // Then
        assertThat(decoded)
                .isEqualTo(
                        new Decoded.Complete<>(new Frame((byte) 'Q', Wire.bytes("'a' 6200")), Wire.bytes("'X' 0000")));
    }

    @Test
    void aFrameWithoutABodyIsWhole() {
        assertThat(Frame.next(Wire.bytes("'S' 00000004"), 0))
                .isEqualTo(new Decoded.Complete<>(
                        new Frame((byte) 'S', ByteString.emptyByteString()), ByteString.emptyByteString()));
    }

    @Test
    void everyBeginningOfAFrameIsIncomplete() {
        ByteString bytes = Wire.bytes("'Q' 00000007 'a' 6200");

        assertThat(Wire.beginnings(bytes))
                .allSatisfy(
                        beginning -> assertThat(Frame.next(beginning, LIMIT)).isInstanceOf(Decoded.Incomplete.class));
    }

    @Test
    void aFrameThatCameByteByByteIsTheSameFrame() {
        ByteString bytes = Wire.bytes("'Q' 00000007 'a' 6200 'X' 0000");

        assertThat(Frame.next(Wire.inPieces(bytes), LIMIT)).isEqualTo(Frame.next(bytes, LIMIT));
    }

    @Test
    void aBodyOfExactlyTheLimitIsAccepted() {
        assertThat(Frame.next(Wire.bytes("'p' 00000014 '0123456789abcdef'"), LIMIT))
                .isInstanceOf(Decoded.Complete.class);
    }

    @Test
    void aBodyAboveTheLimitIsMalformedBeforeItHasCome() {
        assertThat(Frame.next(Wire.bytes("'p' 00000015"), LIMIT))
                .isEqualTo(new Decoded.Malformed<Frame>("frame body of 17 bytes, limit is 16"));
    }

    @Test
    void aLengthThatDoesNotCountItselfIsMalformed() {
        assertThat(Frame.next(Wire.bytes("'S' 00000003"), LIMIT)).isInstanceOf(Decoded.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80000000", "80000003", "80000005", "ffffffff"})
    void aLengthWithItsHighestBitSetIsMalformed(String length) {
        assertThat(Frame.next(Wire.bytes("'S' " + length + " 00"), Integer.MAX_VALUE))
                .isInstanceOf(Decoded.Malformed.class);
    }

    @Test
    void theLargestLengthOfAllIsIncompleteAndOverflowsNothing() {
        assertThat(Frame.next(Wire.bytes("'S' 7fffffff 00"), Integer.MAX_VALUE)).isInstanceOf(Decoded.Incomplete.class);
    }

    @Test
    void aLengthCanBePeekedAtBehindOtherBytes() {
        assertThat(Frame.bodyLength(Wire.bytes("ffff 'D' 00010203"), 2)).isEqualTo(0x00010203 - 4);
    }

    @Test
    void aSmallFrameTravelsInOnePiece() {
        ByteString encoded = new Frame((byte) 'd', Wire.bytes("'ab'")).encode();

        assertThat(encoded).isEqualTo(Wire.bytes("'d' 00000006 'ab'"));
        assertThat(encoded.isCompact()).isTrue();
    }

    @Test
    void aLargeFrameTravelsWithoutACopyOfItsBody() {
        Frame large = new Frame((byte) 'd', ByteString.fromArray(new byte[100_000]));

        ByteString encoded = large.encode();

        assertThat(encoded.isCompact()).isFalse();
        assertThat(Frame.next(encoded, 100_000)).isEqualTo(new Decoded.Complete<>(large, ByteString.emptyByteString()));
    }

    @Test
    void aFrameDoesNotPrintItsBody() {
        assertThat(new Frame((byte) 'p', Wire.bytes("'secret' 00"))).hasToString("Frame['p', 7 bytes]");
    }

    @Test
    void aTagThatIsNoLetterIsPrintedAsANumber() {
        assertThat(Frame.tagText((byte) 0x80)).isEqualTo("0x80");
    }

    @Test
    void whatWasDecodedDoesNotPrintTheBytesBehindIt() {
        assertThat(new Decoded.Complete<>("value", Wire.bytes("'secret'")))
                .hasToString("Complete[value, 6 bytes left]");
    }
}
