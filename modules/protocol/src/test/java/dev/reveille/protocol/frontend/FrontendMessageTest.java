package dev.reveille.protocol.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Format;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.Wire;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrontendMessageTest {

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of(
                        new Bind(
                                "p",
                                "s",
                                List.of(Format.TEXT, Format.BINARY),
                                List.of(Optional.of(Wire.bytes("'7'")), Optional.empty()),
                                List.of(Format.BINARY)),
                        "'B' 0000001d 'p' 00 's' 00 0002 0000 0001 0002 00000001 '7' ffffffff 0001 0001"),
                Arguments.of(new Close(Target.STATEMENT, "s"), "'C' 00000007 'S' 's' 00"),
                Arguments.of(new CopyData(Wire.bytes("'a' 00 'b'")), "'d' 00000007 'a' 00 'b'"),
                Arguments.of(new CopyDone(), "'c' 00000004"),
                Arguments.of(new CopyFail("no more"), "'f' 0000000c 'no more' 00"),
                Arguments.of(new Describe(Target.PORTAL, ""), "'D' 00000006 'P' 00"),
                Arguments.of(new Execute("p", 10), "'E' 0000000a 'p' 00 0000000a"),
                Arguments.of(new Flush(), "'H' 00000004"),
                Arguments.of(
                        new FunctionCall(300, List.of(), List.of(Optional.of(Wire.bytes("'x'"))), Format.BINARY),
                        "'F' 00000013 0000012c 0000 0001 00000001 'x' 0001"),
                Arguments.of(
                        new Parse("s", "select $1", List.of(23, -1)),
                        "'P' 0000001a 's' 00 'select $1' 00 0002 00000017 ffffffff"),
                Arguments.of(new Query("select 1"), "'Q' 0000000d 'select 1' 00"),
                Arguments.of(new Sync(), "'S' 00000004"),
                Arguments.of(new Terminate(), "'X' 00000004"));
    }

    static Stream<Arguments> answersToAuthentication() {
        return Stream.of(
                answer(
                        new PasswordMessage(Wire.bytes("'secret'")),
                        "'p' 0000000b 'secret' 00",
                        PasswordMessage::decode),
                answer(
                        new SaslInitialResponse("SCRAM-SHA-256", Wire.bytes("'n,,'")),
                        "'p' 00000019 'SCRAM-SHA-256' 00 00000003 'n,,'",
                        SaslInitialResponse::decode),
                answer(new SaslResponse(Wire.bytes("'c=biws'")), "'p' 0000000a 'c=biws'", SaslResponse::decode));
    }

    private static Arguments answer(
            FrontendMessage message, String wire, Function<ByteString, FrontendMessage> decode) {
        return Arguments.of(message, wire, decode);
    }

    @ParameterizedTest
    @MethodSource({"messages", "answersToAuthentication"})
    void aMessageIsWrittenAsTheManualSays(FrontendMessage message, String wire) {
        assertThat(message.encode()).isEqualTo(Wire.bytes(wire));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageIsReadBack(FrontendMessage message, String wire) {
        assertThat(FrontendMessage.decode(frame(Wire.bytes(wire)))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageThatCameInPiecesIsReadBack(FrontendMessage message, String wire) {
        assertThat(FrontendMessage.decode(frame(Wire.inPieces(Wire.bytes(wire)))))
                .isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("answersToAuthentication")
    void anAnswerToAuthenticationIsReadByWhoAskedForIt(
            FrontendMessage message, String wire, Function<ByteString, FrontendMessage> decode) {
        assertThat(decode.apply(frame(Wire.bytes(wire)).body())).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aBodyThatIsCutShortIsAViolation(FrontendMessage message) {
        if (message instanceof CopyData) {
            return; // whatever is left is still data
        }
        assertThat(Wire.beginnings(message.body()))
                .allSatisfy(beginning -> assertThatThrownBy(
                                () -> FrontendMessage.decode(new Frame(message.tag(), beginning)))
                        .isInstanceOf(ProtocolViolation.class));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aBodyWithSomethingBehindItIsAViolation(FrontendMessage message) {
        if (message instanceof CopyData) {
            return; // what is behind is data, too
        }
        Frame longer = new Frame(message.tag(), message.body().concat(Wire.bytes("00")));

        assertThatThrownBy(() -> FrontendMessage.decode(longer)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void everyMessageButTheAnswersToAuthenticationIsTried() {
        Set<Class<?>> tried = Stream.concat(messages(), answersToAuthentication())
                .<Class<?>>map(arguments -> arguments.get()[0].getClass())
                .collect(Collectors.toSet());

        assertThat(tried).isEqualTo(Set.of(FrontendMessage.class.getPermittedSubclasses()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'p' 0000000a 'secret'", // no terminator
                "'p' 0000000c 'secret' 00 00" // a second one
            })
    void aPasswordEndsWithOneNul(String wire) {
        ByteString body = frame(Wire.bytes(wire)).body();

        assertThatThrownBy(() -> PasswordMessage.decode(body))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'SCRAM-SHA-256' 00 ffffffff", // no data
                "'SCRAM-SHA-256' 00 00000004 'n,,'", // more announced than there is
                "'SCRAM-SHA-256' 00 00000002 'n,,'", // less
                "'SCRAM-SHA-256' 00 80000000 'n,,'",
                "'SCRAM-SHA-256'"
            })
    void aFirstSaslMessageHasExactlyTheDataItAnnounces(String body) {
        assertThatThrownBy(() -> SaslInitialResponse.decode(Wire.bytes(body))).isInstanceOf(ProtocolViolation.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'p' 00000005 00", "'?' 00000004", "00 00000004"})
    void aTagThatTellsNothingIsAViolation(String wire) {
        Frame frame = frame(Wire.bytes(wire));

        assertThatThrownBy(() -> FrontendMessage.decode(frame)).isInstanceOf(ProtocolViolation.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'D' 00000006 'X' 00", "'B' 0000000e 0000 0001 0002 0000 0000"})
    void aCodeThatNobodyKnowsIsAViolation(String wire) {
        Frame frame = frame(Wire.bytes(wire));

        assertThatThrownBy(() -> FrontendMessage.decode(frame)).isInstanceOf(ProtocolViolation.class);
    }

    @ParameterizedTest
    @MethodSource("answersToAuthentication")
    void anAnswerToAuthenticationIsNotPrinted(FrontendMessage message) {
        assertThat(message.toString()).doesNotContain("ByteString").doesNotContain("115, 101, 99");
    }

    @Test
    void aMutilatedMessageIsReadOrIsAViolationAndNothingElse() {
        Random random = new Random(3_141_592);
        List<FrontendMessage> samples = messages()
                .map(arguments -> (FrontendMessage) arguments.get()[0])
                .toList();
        for (int round = 0; round < 20_000; round++) {
            FrontendMessage sample = samples.get(random.nextInt(samples.size()));
            byte[] body = sample.body().toArray();
            if (body.length > 0) {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            Frame frame = new Frame(sample.tag(), ByteString.fromArray(body));
            readOrRefuse(frame);
        }
    }

    @Test
    void randomBytesAreReadOrAreAViolationAndNothingElse() {
        Random random = new Random(2_718_281);
        byte[] tags = "BCdcfDEHFPpQSX".getBytes(StandardCharsets.US_ASCII);
        for (int round = 0; round < 20_000; round++) {
            byte[] body = new byte[random.nextInt(48)];
            random.nextBytes(body);
            readOrRefuse(new Frame(tags[random.nextInt(tags.length)], ByteString.fromArray(body)));
        }
    }

    /** What can be read, can be written and read again; what cannot, is a violation. */
    private static void readOrRefuse(Frame frame) {
        FrontendMessage message;
        try {
            message = FrontendMessage.decode(frame);
        } catch (ProtocolViolation _) {
            return;
        }
        assertThat(FrontendMessage.decode(message.frame())).isEqualTo(message);
    }

    private static Frame frame(ByteString bytes) {
        if (Frame.next(bytes, 1000) instanceof Decoded.Complete<Frame>(Frame frame, ByteString rest)) {
            assertThat(rest.size()).isZero();
            return frame;
        }
        throw new IllegalArgumentException("not one frame: " + bytes);
    }
}
