package dev.reveille.protocol.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Format;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.Wire;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackendMessageTest {

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(new AuthenticationOk(), "'R' 00000008 00000000"),
                Arguments.of(new AuthenticationCleartextPassword(), "'R' 00000008 00000003"),
                Arguments.of(new AuthenticationMd5Password(Wire.bytes("01020304")), "'R' 0000000c 00000005 01020304"),
                Arguments.of(
                        new AuthenticationSasl(List.of("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256")),
                        "'R' 0000002a 0000000a 'SCRAM-SHA-256-PLUS' 00 'SCRAM-SHA-256' 00 00"),
                Arguments.of(new AuthenticationSaslContinue(Wire.bytes("'r=x'")), "'R' 0000000b 0000000b 'r=x'"),
                Arguments.of(new AuthenticationSaslFinal(Wire.bytes("'v=x'")), "'R' 0000000b 0000000c 'v=x'"),
                Arguments.of(new AuthenticationOther(7), "'R' 00000008 00000007"),
                Arguments.of(new BackendKeyData(0x01020304, Wire.bytes("05060708")), "'K' 0000000c 01020304 05060708"),
                Arguments.of(
                        new BackendKeyData(1, ByteString.fromArray(new byte[256])),
                        "'K' 00000108 00000001" + "00".repeat(256)),
                Arguments.of(new BindComplete(), "'2' 00000004"),
                Arguments.of(new CloseComplete(), "'3' 00000004"),
                Arguments.of(new CommandComplete("SELECT 1"), "'C' 0000000d 'SELECT 1' 00"),
                Arguments.of(new CopyBothResponse(Format.TEXT, List.of()), "'W' 00000007 00 0000"),
                Arguments.of(new CopyData(Wire.bytes("'row' 0a")), "'d' 00000008 'row' 0a"),
                Arguments.of(new CopyDone(), "'c' 00000004"),
                Arguments.of(
                        new CopyInResponse(Format.BINARY, List.of(Format.BINARY, Format.TEXT)),
                        "'G' 0000000b 01 0002 0001 0000"),
                Arguments.of(new CopyOutResponse(Format.TEXT, List.of(Format.TEXT)), "'H' 00000009 00 0001 0000"),
                Arguments.of(
                        new DataRow(List.of(Optional.of(Wire.bytes("'7'")), Optional.empty())),
                        "'D' 0000000f 0002 00000001 '7' ffffffff"),
                Arguments.of(new EmptyQueryResponse(), "'I' 00000004"),
                Arguments.of(
                        new ErrorResponse(ErrorFields.of("FATAL", "28P01", "no")),
                        "'E' 0000001e 'S' 'FATAL' 00 'V' 'FATAL' 00 'C' '28P01' 00 'M' 'no' 00 00"),
                Arguments.of(new FunctionCallResponse(Optional.empty()), "'V' 00000008 ffffffff"),
                Arguments.of(
                        new NegotiateProtocolVersion(ProtocolVersion.V3_0, List.of("_pq_.a", "_pq_.b")),
                        "'v' 0000001a 00030000 00000002 '_pq_.a' 00 '_pq_.b' 00"),
                Arguments.of(new NoData(), "'n' 00000004"),
                Arguments.of(
                        new NoticeResponse(ErrorFields.of("NOTICE", "00000", "hi")),
                        "'N' 00000020 'S' 'NOTICE' 00 'V' 'NOTICE' 00 'C' '00000' 00 'M' 'hi' 00 00"),
                Arguments.of(new NotificationResponse(9, "news", ""), "'A' 0000000e 00000009 'news' 00 00"),
                Arguments.of(new ParameterDescription(List.of(23, 25)), "'t' 0000000e 0002 00000017 00000019"),
                Arguments.of(ParameterStatus.of("TimeZone", "UTC"), "'S' 00000011 'TimeZone' 00 'UTC' 00"),
                Arguments.of(new ParseComplete(), "'1' 00000004"),
                Arguments.of(new PortalSuspended(), "'s' 00000004"),
                Arguments.of(new ReadyForQuery(TransactionStatus.IDLE), "'Z' 00000005 'I'"),
                Arguments.of(new ReadyForQuery(TransactionStatus.IN_TRANSACTION), "'Z' 00000005 'T'"),
                Arguments.of(new ReadyForQuery(TransactionStatus.FAILED), "'Z' 00000005 'E'"),
                Arguments.of(
                        new RowDescription(List.of(
                                new RowDescription.Column("n", 16_384, (short) 1, 23, (short) 4, -1, Format.BINARY))),
                        "'T' 0000001a 0001 'n' 00 00004000 0001 00000017 0004 ffffffff 0001"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageIsWrittenAsTheManualSays(BackendMessage message, String wire) {
        assertThat(message.encode()).isEqualTo(Wire.bytes(wire));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageIsReadBack(BackendMessage message, String wire) {
        assertThat(BackendMessage.decode(frame(Wire.bytes(wire)))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageThatCameInPiecesIsReadBack(BackendMessage message, String wire) {
        assertThat(BackendMessage.decode(frame(Wire.inPieces(Wire.bytes(wire)))))
                .isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aBodyThatIsCutShortIsNeverTheSameMessage(BackendMessage message) {
        assertThat(Wire.beginnings(message.body())).allSatisfy(beginning -> {
            Frame shorter = new Frame(message.tag(), beginning);
            if (endsWithItsBody(message) && beginning.size() >= 8) {
                assertThat(BackendMessage.decode(shorter)).isNotEqualTo(message);
            } else if (!(message instanceof CopyData) && !endsWithItsBody(message)) {
                assertThatThrownBy(() -> BackendMessage.decode(shorter)).isInstanceOf(ProtocolViolation.class);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aBodyWithSomethingBehindItIsAViolation(BackendMessage message) {
        if (message instanceof CopyData
                || message instanceof AuthenticationOther
                || endsWithItsBody(message) && message.body().size() < 260) {
            return; // what is behind belongs to it
        }
        Frame longer = new Frame(message.tag(), message.body().concat(Wire.bytes("00")));

        assertThatThrownBy(() -> BackendMessage.decode(longer)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void everyMessageIsTried() {
        Set<Class<?>> tried = messages()
                .<Class<?>>map(arguments -> arguments.get()[0].getClass())
                .collect(Collectors.toSet());
        Set<Class<?>> known = Stream.of(BackendMessage.class, AuthenticationMessage.class)
                .<Class<?>>flatMap(room -> Stream.of(room.getPermittedSubclasses()))
                .filter(Class::isRecord)
                .collect(Collectors.toSet());

        assertThat(tried).isEqualTo(known);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'Z' 00000005 'X'", // a status that nobody knows
                "'?' 00000004", // a message that nobody knows
                "'K' 0000000b 00000001 010203", // a key of three bytes
                "'R' 00000004", // no code
                "'R' 00000012 0000000a 'SCRAM-SHA' 00", // a list without an end
                "'v' 0000000c 00030000 ffffffff", // a negative count
                "'v' 0000000c 00030000 7fffffff", // a count of what is not there
                "'D' 0000000a 0001 fffffffe", // a negative length
                "'D' 00000006 ffff", // columns that are not there
                "'E' 00000007 'S' 41 42", // a field without an end
                "'G' 00000007 02 0000" // a format that nobody knows
            })
    void aBodyThatBreaksTheRulesIsAViolation(String wire) {
        Frame frame = frame(Wire.bytes(wire));

        assertThatThrownBy(() -> BackendMessage.decode(frame)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void whatWeDoNotSpeakIsNamedByItsCodeAlone() {
        assertThat(BackendMessage.decode(frame(Wire.bytes("'R' 0000000a 00000008 'xy'"))))
                .isEqualTo(new AuthenticationOther(8));
    }

    @Test
    void aCancelKeyIsNotPrinted() {
        assertThat(new BackendKeyData(42, Wire.bytes("'hush'"))).hasToString("BackendKeyData[42, ***]");
    }

    @Test
    void aCancelKeyKeepsNothingOfTheBytesAroundIt() {
        ByteString body = Wire.bytes("00000001 0102030405060708" + "00".repeat(248));

        assertThat(BackendKeyData.decode(body.take(12)).secretKey().isCompact()).isTrue();
    }

    @Test
    void mutilatedAndRandomBodiesAreReadOrAreViolationsAndNothingElse() {
        Random random = new Random(1_618_033);
        List<BackendMessage> samples =
                messages().map(arguments -> (BackendMessage) arguments.get()[0]).toList();
        byte[] tags = "RK23CWdcGHDIEVvnNAtS1sZT".getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 20_000; round++) {
            BackendMessage sample = samples.get(random.nextInt(samples.size()));
            byte[] body = sample.body().toArray();
            if (body.length > 0) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            readOrRefuse(new Frame(sample.tag(), ByteString.fromArray(body)));
            byte[] noise = new byte[random.nextInt(48)];
            random.nextBytes(noise);
            readOrRefuse(new Frame(tags[random.nextInt(tags.length)], ByteString.fromArray(noise)));
        }
    }

    /** What can be read, can be written and read again; what cannot, is a violation. */
    private static void readOrRefuse(Frame frame) {
        BackendMessage message;
        try {
            message = BackendMessage.decode(frame);
        } catch (ProtocolViolation _) {
            return;
        }
        assertThat(BackendMessage.decode(message.frame())).isEqualTo(message);
    }

    private static boolean endsWithItsBody(BackendMessage message) {
        return message instanceof AuthenticationSaslContinue
                || message instanceof AuthenticationSaslFinal
                || message instanceof BackendKeyData;
    }

    private static Frame frame(ByteString bytes) {
        if (Frame.next(bytes, 1000) instanceof Decoded.Complete<Frame>(Frame frame, ByteString rest)) {
            assertThat(rest.size()).isZero();
            return frame;
        }
        throw new IllegalArgumentException("not one frame: " + bytes);
    }
}
