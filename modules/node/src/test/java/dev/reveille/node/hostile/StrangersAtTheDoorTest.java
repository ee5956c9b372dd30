package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.LogLines;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.SslRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** First packets that are none, or that name nobody. */
class StrangersAtTheDoorTest {

    private static final int V3 = ProtocolVersion.V3_0.code();

    @TempDir
    static Path directory;

    private static Premises premises;

    @BeforeAll
    static void open() throws Exception {
        premises = Premises.open(Map.of(), directory);
    }

    @AfterAll
    static void close() throws Exception {
        premises.close();
    }

    @AfterEach
    void nobodyElseIsDisturbed() throws IOException {
        premises.assertNobodyElseIsDisturbed();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 7, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 10_009, 65_536})
    void aFirstPacketWhoseLengthIsNoneIsMetWithSilence(int length) throws IOException {
        assertMetWithSilence(Packets.untagged(length, V3, Premises.SILENCE), "start-up packet with a body of");
    }

    @Test
    void theLargestStartupPacketIsHeardAndOneByteMoreIsNot() throws IOException {
        ByteString fits = padded(10_000);
        assertThat(refusal(Packets.startupWithBody(fits)).message()).contains("Endpoint ID is not specified");

        assertMetWithSilence(Packets.startupWithBody(padded(10_001)), "limit is 10000");
    }

    @Test
    void whoSendsHalfAPacketAndHangsUpIsLetGo() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(Premises.asking("good").encode().dropRight(5)).fallsSilent();

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
        }
    }

    @Test
    void whoSaysItsPacketAndHangsUpInTheSameBreathIsLetGoAtOnce() throws IOException {
        for (int turn = 0; turn < 50; turn++) {
            long began = System.nanoTime();
            try (HostileClient client = premises.stranger()) {
                client.says(Premises.asking("good").encode()).fallsSilent();

                client.hearsToTheEnd();
                assertThat(System.nanoTime() - began).isLessThan(Premises.AT_ONCE.toNanos());
            }
        }
    }

    @Test
    void aPacketWithoutItsTerminatorIsMetWithSilence() throws IOException {
        assertMetWithSilence(Packets.startupWithBody(ByteString.fromString("user\0app")), "no terminator");
    }

    @Test
    void aPacketWithoutParametersIsMetWithSilence() throws IOException {
        assertMetWithSilence(Packets.startupWithBody(Premises.SILENCE), "no terminator");
    }

    @Test
    void whatFollowsTheEndOfTheParametersIsMetWithSilence() throws IOException {
        assertMetWithSilence(
                Packets.startupWithBody(ByteString.fromString("user\0app\0\0options\0endpoint=good\0\0")),
                "bytes too many");
    }

    @Test
    void aParameterWhoseNameIsNoTextIsMetWithSilence() throws IOException {
        assertMetWithSilence(Packets.startupWithBody(ByteString.fromInts(0xC3, 0x28, 0, 'x', 0, 0)), "is not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"database\0app\0\0", "user\0\0database\0app\0\0", "\0", "user\0\0"})
    void aPacketThatNamesNobodyIsTold(String body) throws IOException {
        ErrorFields error = refusal(Packets.startupWithBody(ByteString.fromString(body)));

        assertThat(error.sqlState()).isEqualTo("28000");
        assertThat(error.message()).isEqualTo("Parameter 'user' is missing in startup packet.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "database", "options", "replication"})
    void aDecisiveParameterGivenTwiceIsTold(String name) throws IOException {
        ErrorFields error = refusal(
                Packets.startup("user", "app", "options", "endpoint=good", "database", "app", name, "a", name, "b")
                        .encode());

        assertThat(error.sqlState()).isEqualTo("08P01");
        assertThat(error.message()).isEqualTo("startup parameter \"%s\" is given more than once".formatted(name));
    }

    @Test
    void aHarmlessParameterGivenTwiceIsLeftToTheCompute() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(Packets.startup(
                            "user", "app", "options", "endpoint=good", "application_name", "a", "application_name", "b")
                    .encode());

            assertThat(client.hears().tag()).isEqualTo(AuthenticationSasl.TAG);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "4, 0", "0, 0", "1, 1", "1235, 1"})
    void anotherMajorVersionIsTold(int major, int minor) throws IOException {
        ByteString parameters = ByteString.fromString("user\0app\0\0");
        ErrorFields error =
                refusal(Packets.untagged(8 + parameters.size(), new ProtocolVersion(major, minor).code(), parameters));

        assertThat(error.sqlState()).isEqualTo("0A000");
        assertThat(error.message()).startsWith("unsupported frontend protocol %d.%d".formatted(major, minor));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5677, 5681, 65_535})
    void aRequestThatNobodyKnowsIsMetWithSilence(int minor) throws IOException {
        assertMetWithSilence(
                Packets.untagged(8, 1234 << 16 | minor, Premises.SILENCE), "start-up packet with code 1234.");
    }

    @ParameterizedTest
    @ValueSource(ints = {5679, 5680})
    void aRequestForEncryptionThatCarriesMoreIsMetWithSilence(int minor) throws IOException {
        assertMetWithSilence(
                Packets.untagged(12, 1234 << 16 | minor, ByteString.fromInts(0, 0, 0, 0)),
                "malformed SSLRequest or GSSENCRequest");
    }

    @Test
    void anSslRequestRepeatedAfterANoIsMetWithSilence() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(new SslRequest().encode());
            assertThat(client.hearsByte()).isEqualTo((byte) 'N');

            client.says(new SslRequest().encode());

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(premises.lineAbout(client).message()).contains("SSLRequest repeated");
        }
    }

    @Test
    void tlsWhereThereIsNoneIsMetWithSilence() throws IOException {
        assertMetWithSilence(
                ByteString.fromInts(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0), "TLS without having been granted it");
    }

    @Test
    void whoSpeaksHttpIsToldWhatThisPortIs() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(ByteString.fromString("GET /sql HTTP/1.1\r\nHost: localhost\r\n\r\n"));

            String answer = client.hearsToTheEnd().decodeString(StandardCharsets.US_ASCII);

            assertThat(answer).startsWith("HTTP/1.1 400 ").endsWith("This port speaks PostgreSQL, not HTTP.\r\n");
            assertThat(premises.lineAbout(client).message()).contains("HTTP on the PostgreSQL port");
        }
    }

    @Test
    void aRoleNameCannotWriteLinesIntoTheLog() throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(Packets.startup("user", "app\nERROR the sky falls", "options", "endpoint=a_b\n\rERROR")
                    .encode());

            client.hearsToTheEnd();

            assertThat(premises.lineAbout(client).toString())
                    .doesNotContain("\n")
                    .doesNotContain("\r");
        }
    }

    @Test
    void aNameThatIsNoEndpointIsTold() throws IOException {
        ErrorFields error = refusal(
                Packets.startup("user", "app", "options", "endpoint=a_b").encode());

        assertThat(error.sqlState()).isEqualTo("28000");
        assertThat(error.message())
                .isEqualTo("Project name ('a_b') must contain only alphanumeric characters and hyphen.");
    }

    /** The answer to an opening that must be refused: an error, then the end, and one line in the log. */
    private static ErrorFields refusal(ByteString opening) throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(opening);
            Frame answer = client.hears();
            assertThat(answer.tag()).isEqualTo(ErrorResponse.TAG);
            ErrorFields error = ErrorResponse.decode(answer.body()).fields();
            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(error.severity()).isEqualTo("FATAL");
            LogLines.Line line = premises.lineAbout(client);
            assertThat(line.level()).isEqualTo("INFO");
            assertThat(line.facts()).contains("sqlstate=" + error.sqlState(), "blame=CLIENT");
            return error;
        }
    }

    private static void assertMetWithSilence(ByteString opening, String reason) throws IOException {
        long began = System.nanoTime();
        try (HostileClient client = premises.stranger()) {
            client.says(opening);

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(System.nanoTime() - began).isLessThan(Premises.AT_ONCE.toNanos());
            assertThat(premises.lineAbout(client).toString()).startsWith("INFO").contains(reason);
        }
    }

    /** Parameters without an endpoint, this many bytes long. */
    private static ByteString padded(int length) {
        String head = "user\0app\0application_name\0";
        return ByteString.fromString(head + "x".repeat(length - head.length() - 2) + "\0\0");
    }
}
