package dev.reveille.protocol.startup;

import static dev.reveille.protocol.startup.StartupPacket.BODY_LENGTH_MAX_DEFAULT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Wire;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartupPacketTest {

    static Stream<Arguments> packets() {
        return Stream.of(
                Arguments.of(new SslRequest(), "00000008 04d2162f"),
                Arguments.of(new GssEncRequest(), "00000008 04d21630"),
                Arguments.of(
                        new CancelRequest(0x01020304, Wire.bytes("05060708")), "00000010 04d2162e 01020304 05060708"),
                Arguments.of(
                        new CancelRequest(7, ByteString.fromArray(new byte[256])),
                        "0000010c 04d2162e 00000007" + "00".repeat(256)),
                Arguments.of(
                        new StartupMessage(
                                ProtocolVersion.V3_0,
                                List.of(Parameter.of("user", "ann"), Parameter.of("database", "shop"))),
                        "00000020 00030000 'user' 00 'ann' 00 'database' 00 'shop' 00 00"),
                Arguments.of(
                        new StartupMessage(new ProtocolVersion(3, 9999), List.of(Parameter.of("_pq_.test", ""))),
                        "00000014 0003270f '_pq_.test' 00 00 00"));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void aPacketIsWrittenAsTheManualSays(StartupPacket packet, String wire) {
        assertThat(packet.encode()).isEqualTo(Wire.bytes(wire));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void aPacketIsReadAndWhatFollowsIsKept(StartupPacket packet, String wire) {
        ByteString bytes = Wire.bytes(wire).concat(Wire.bytes("1603"));

        assertThat(next(bytes)).isEqualTo(new Decoded.Complete<>(packet, Wire.bytes("1603")));
    }

    @ParameterizedTest
    @MethodSource("packets")
    void aPacketThatComesByteByByteIsIncompleteUntilItsLast(StartupPacket packet, String wire) {
        ByteString pieces = Wire.inPieces(Wire.bytes(wire));

        assertThat(Wire.beginnings(pieces))
                .allSatisfy(beginning -> assertThat(next(beginning)).isInstanceOf(Decoded.Incomplete.class));
        assertThat(next(pieces)).isEqualTo(new Decoded.Complete<>(packet, ByteString.emptyByteString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000007", // shorter than its own header
                "00000000",
                "80000008",
                "ffffffff",
                "00000009 04d2162f", // SSLRequest with a body
                "00000009 04d21630", // GSSENCRequest with a body
                "0000000f 04d2162e", // CancelRequest with a secret of three bytes
                "0000010d 04d2162e", // and of 257
                "00000008 04d21631", // a request that nobody knows
                "00000008 00030000", // a start-up message without a terminator
                "00000009 00030000 41",
                "0000000e 00030000 'user' 00 41",
                "00000010 00030000 'us' e4 'r' 00 'a' 00 00", // a name that is not UTF-8
                "00000015 00030000 00 'user' 00 'ann' 00 00 0000" // parameters behind the terminator
            })
    void whatCannotBecomeAPacketIsMalformedAtOnce(String wire) {
        assertThat(next(Wire.bytes(wire))).isInstanceOf(Decoded.Malformed.class);
    }

    @Test
    void theLargestPacketIsAccepted() {
        StartupPacket largest = new StartupMessage(
                ProtocolVersion.V3_0, List.of(new Parameter("user", ByteString.fromString("x".repeat(9_993)))));

        assertThat(largest.encode().size()).isEqualTo(10_008);
        assertThat(next(largest.encode())).isEqualTo(new Decoded.Complete<>(largest, ByteString.emptyByteString()));
    }

    @Test
    void aPacketThatIsOneByteTooLargeIsRefusedByItsLengthAlone() {
        assertThat(next(Wire.bytes("00002719")))
                .isEqualTo(new Decoded.Malformed<StartupPacket>(
                        "start-up packet with a body of 10001 bytes, limit is 10000"));
    }

    @Test
    void aTlsRecordIsToldByItsFirstByteBeforeItsLengthIsLookedAt() {
        assertThat(next(Wire.bytes("16"))).isEqualTo(new Decoded.Malformed<StartupPacket>(StartupPacket.TLS_RECORD));
        assertThat(StartupPacket.looksLikeTls(Wire.bytes("1603010200"))).isTrue();
    }

    @Test
    void aLengthThatEndsIn0x16IsNoTlsRecord() {
        assertThat(StartupPacket.looksLikeTls(Wire.bytes("00000016"))).isFalse();
    }

    @Test
    void nothingIsNoTlsRecord() {
        assertThat(StartupPacket.looksLikeTls(ByteString.emptyByteString())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1", "POST /sql", "OPTIONS *", "PRI * HTTP/2.0", "HEAD /"})
    void anHttpRequestIsRecognised(String request) {
        ByteString bytes = ByteString.fromString(request);

        assertThat(StartupPacket.looksLikeHttp(bytes)).isTrue();
        assertThat(next(bytes)).isInstanceOf(Decoded.Malformed.class);
    }

    @Test
    void aStartUpPacketDoesNotLookLikeHttp() {
        assertThat(StartupPacket.looksLikeHttp(new SslRequest().encode())).isFalse();
    }

    @Test
    void aCancelKeyOfThreeBytesCannotBeMade() {
        assertThatThrownBy(() -> new CancelRequest(1, Wire.bytes("010203")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCancelRequestDoesNotPrintItsSecret() {
        assertThat(new CancelRequest(42, Wire.bytes("'hush'"))).hasToString("CancelRequest[42, ***]");
    }

    @Test
    void randomBytesNeverThrow() {
        Random random = new Random(20_260_801);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            if (bytes.length > 4 && random.nextBoolean()) {
                // Let the length be right more often than chance would have it.
                bytes[0] = bytes[1] = bytes[2] = 0;
                bytes[3] = (byte) bytes.length;
                bytes[4] = (byte) (random.nextBoolean() ? 0 : 4);
            }
            if (next(ByteString.fromArray(bytes))
                    instanceof Decoded.Complete<StartupPacket>(StartupPacket packet, ByteString _)) {
                assertThat(next(packet.encode()))
                        .isEqualTo(new Decoded.Complete<>(packet, ByteString.emptyByteString()));
            }
        }
    }

    private static Decoded<StartupPacket> next(ByteString bytes) {
        return StartupPacket.next(bytes, BODY_LENGTH_MAX_DEFAULT);
    }
}
