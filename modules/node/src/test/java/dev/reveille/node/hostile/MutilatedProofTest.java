package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.reveille.kit.LogLines;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.Login;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import dev.reveille.protocol.frontend.Terminate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM messages mutilated field by field. */
class MutilatedProofTest {

    private static final String MECHANISM = "SCRAM-SHA-256";

    /** Of the right length, and of nothing. */
    private static final String PROOF = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

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

    // ---- the first message ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n,",
                "n,,",
                "n,,n=",
                "n,,r=abc",
                "n,,r=abc,n=",
                "n,,n=,r=",
                "n,,n=,r=a,b",
                "n,,n=,r=nonce with \u00e4",
                "n,,n=,r=\u0007",
                "n,,m=must,n=,r=abc",
                "n,a=somebody else,n=,r=abc",
                "n,b=,n=,r=abc",
                "x,,n=,r=abc",
                "p,,n=,r=abc",
                "p=,,n=,r=abc",
                "p=tls-server-end-point,,n=,r=abc",
                " n,,n=,r=abc"
            })
    void aFirstMessageThatIsNoneIsRefused(String first) throws IOException {
        assertViolation(offered(), new SaslInitialResponse(MECHANISM, ByteString.fromString(first)).encode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS", "PLAIN", "scram-sha-256", "SCRAM-SHA-256 "})
    void aMechanismThatWasNotOfferedIsRefused(String mechanism) throws IOException {
        assertViolation(offered(), new SaslInitialResponse(mechanism, ByteString.fromString("n,,n=,r=abc")).encode());
    }

    static Stream<Arguments> brokenFrames() {
        ByteString name = ByteString.fromString(MECHANISM + "\0");
        return Stream.of(
                argumentSet("no body", Packets.tagged('p', 4, Premises.SILENCE)),
                argumentSet("a name without end", Packets.tagged('p', 9, ByteString.fromString("SCRAM"))),
                argumentSet("no length", Packets.tagged('p', 18, name)),
                argumentSet(
                        "no data",
                        Packets.tagged(
                                'p', 22, new BodyWriter().bytes(name).int32(-1).body())),
                argumentSet(
                        "more data than there is",
                        Packets.tagged(
                                'p',
                                25,
                                new BodyWriter()
                                        .bytes(name)
                                        .int32(400)
                                        .int16(0)
                                        .int8(0)
                                        .body())),
                argumentSet(
                        "less data than there is",
                        Packets.tagged(
                                'p',
                                25,
                                new BodyWriter()
                                        .bytes(name)
                                        .int32(1)
                                        .int16(0)
                                        .int8(0)
                                        .body())),
                argumentSet(
                        "a negative length of data",
                        Packets.tagged(
                                'p', 22, new BodyWriter().bytes(name).int32(-2).body())),
                argumentSet(
                        "text that is no UTF-8",
                        new SaslInitialResponse(
                                        MECHANISM,
                                        ByteString.fromInts('n', ',', ',', 'n', '=', ',', 'r', '=', 0xC3, 0x28))
                                .encode()),
                argumentSet("a length of 0", Packets.tagged('p', 0, Premises.SILENCE)),
                argumentSet("a length of 3", Packets.tagged('p', 3, Premises.SILENCE)),
                argumentSet("a negative length", Packets.tagged('p', -1, Premises.SILENCE)),
                argumentSet("the largest length", Packets.tagged('p', Integer.MAX_VALUE, Premises.SILENCE)),
                argumentSet("a body of 513 bytes", Packets.tagged('p', 517, Premises.SILENCE)),
                argumentSet("Terminate", new Terminate().encode()),
                argumentSet("a query", new Query("select 1").encode()),
                argumentSet("another start-up packet", Premises.asking("good").encode()),
                argumentSet("HTTP", ByteString.fromString("GET / HTTP/1.1\r\n\r\n")));
    }

    @ParameterizedTest
    @MethodSource("brokenFrames")
    void aFirstMessageThatIsBrokenIsRefused(ByteString message) throws IOException {
        assertViolation(offered(), message);
    }

    // ---- the last message ----

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws",
                "c=biws,r=%s",
                "c=biws,r=%s,p=",
                "c=biws,r=%s,p=AAAA",
                "c=biws,r=%s,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "c=biws,r=%s,p=!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "c=biws,r=%s,p=" + PROOF + ",x=behind",
                "c=biws,r=,p=" + PROOF,
                "c=biws,r=abc,p=" + PROOF,
                "c=biws,r=%sx,p=" + PROOF,
                "c=biws,r=x%s,p=" + PROOF,
                "r=%s,c=biws,p=" + PROOF,
                "r=%s,p=" + PROOF,
                "p=" + PROOF
            })
    void aLastMessageThatIsNoneIsRefused(String last) throws IOException {
        HostileClient client = offered();
        String nonce = challenged(client);

        assertViolation(client, new SaslResponse(ByteString.fromString(last.formatted(nonce))).encode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"eSws", "cD10bHMtdW5pcXVlLCw=", "AAAA"})
    void aLastMessageThatBindsToSomethingElseIsRefused(String channel) throws IOException {
        HostileClient client = offered();
        String nonce = challenged(client);

        ErrorFields error = refusal(
                client,
                new SaslResponse(ByteString.fromString("c=%s,r=%s,p=%s".formatted(channel, nonce, PROOF))).encode());

        assertThat(error.sqlState()).isEqualTo("08P01");
        assertThat(error.message()).isEqualTo("insecure connection: secure channel data mismatch");
    }

    @Test
    void aProofOfTheWrongPasswordIsRefused() throws IOException {
        HostileClient client = offered();
        String nonce = challenged(client);

        ErrorFields error = refusal(
                client, new SaslResponse(ByteString.fromString("c=biws,r=%s,p=%s".formatted(nonce, PROOF))).encode());

        assertThat(error.sqlState()).isEqualTo("28P01");
        assertThat(error.message()).isEqualTo("password authentication failed for user 'app'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"good", "nobody"})
    void aProofGivenTwiceInOneBreathIsJudgedOnce(String endpoint) throws IOException {
        try (HostileClient client = premises.stranger()) {
            client.says(Premises.asking(endpoint).encode());
            client.hears();
            String nonce = challenged(client);
            ByteString wrong =
                    new SaslResponse(ByteString.fromString("c=biws,r=%s,p=%s".formatted(nonce, PROOF))).encode();

            client.says(wrong.concat(wrong));

            assertThat(client.hears().tag()).isEqualTo(ErrorResponse.TAG);
            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
        }
    }

    @Test
    void whoHangsUpDuringLoginIsLetGo() throws IOException {
        try (HostileClient client = offered()) {
            client.fallsSilent();

            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(premises.lineAbout(client).toString()).contains("the client hung up during login");
        }
    }

    @Test
    void aStrangersEndpointLooksLikeAWrongPassword() throws IOException {
        for (String endpoint : new String[] {"good", "nobody"}) {
            try (HostileClient client = premises.stranger()) {
                Login.Outcome outcome = Login.attempt(client, Premises.asking(endpoint), "wrong");

                assertThat(outcome).isInstanceOfSatisfying(Login.Refused.class, refused -> {
                    assertThat(refused.error().sqlState()).isEqualTo("28P01");
                    assertThat(refused.error().message()).isEqualTo("password authentication failed for user 'app'");
                });
            }
        }
    }

    /** A client to whom SCRAM was offered. */
    private static HostileClient offered() throws IOException {
        HostileClient client = premises.stranger();
        client.says(Premises.asking("good").encode());
        client.hears();
        return client;
    }

    /** Says a proper first message; the nonce of the challenge. */
    private static String challenged(HostileClient client) throws IOException {
        client.says(new SaslInitialResponse(MECHANISM, ByteString.fromString("n,,n=,r=abc")).encode());
        String challenge = client.hears().body().drop(Integer.BYTES).utf8String();
        return challenge.substring(2, challenge.indexOf(','));
    }

    private static void assertViolation(HostileClient client, ByteString message) throws IOException {
        ErrorFields error = refusal(client, message);

        assertThat(error.sqlState()).isEqualTo("08P01");
        assertThat(error.message()).isEqualTo("authentication protocol violation");
    }

    /** What a message leads to that must be refused: an error, then the end, and one line in the log. */
    private static ErrorFields refusal(HostileClient client, ByteString message) throws IOException {
        try (client) {
            client.says(message);
            Frame answer = client.hears();
            assertThat(answer.tag()).isEqualTo(ErrorResponse.TAG);
            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            LogLines.Line line = premises.lineAbout(client);
            assertThat(line.level()).isEqualTo("INFO");
            assertThat(line.facts()).contains("blame=CLIENT");
            return ErrorResponse.decode(answer.body()).fields();
        }
    }
}
