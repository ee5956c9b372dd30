package dev.reveille.node.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.reveille.kit.LogLines;
import dev.reveille.kit.sockets.ComputeSide;
import dev.reveille.kit.sockets.GoodClient;
import dev.reveille.kit.sockets.HostileClient;
import dev.reveille.kit.sockets.ListeningCompute;
import dev.reveille.kit.sockets.Login;
import dev.reveille.kit.sockets.Packets;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationMd5Password;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationOther;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
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

/** Computes that break the rules while somebody logs in to them. */
class OddComputeLoginTest {

    private static final AuthenticationSasl SCRAM = new AuthenticationSasl(List.of("SCRAM-SHA-256"));

    @TempDir
    static Path directory;

    private static Premises premises;

    @BeforeAll
    static void open() throws Exception {
        premises = Premises.open(Map.of("reveille.compute.login-timeout", "500ms"), directory);
    }

    @AfterAll
    static void close() throws Exception {
        premises.close();
    }

    @AfterEach
    void nobodyElseIsDisturbed() throws IOException {
        premises.assertNobodyElseIsDisturbed();
    }

    /** A login at an honest compute, up to each of its steps. */
    static Stream<Arguments> steps() {
        return Stream.of(
                argumentSet("when connected", step(_ -> {})),
                argumentSet("after the start-up packet", step(ComputeSide::hearsStartup)),
                argumentSet("after the offer", step(visitor -> {
                    visitor.hearsStartup();
                    visitor.says(SCRAM);
                })),
                argumentSet("after the first message", step(visitor -> {
                    visitor.hearsStartup();
                    visitor.says(SCRAM);
                    visitor.hears();
                })),
                argumentSet("after the challenge", step(visitor -> {
                    visitor.hearsStartup();
                    visitor.says(SCRAM);
                    visitor.challenges(Premises.VERIFIER);
                })),
                argumentSet("after the proof", step(visitor -> {
                    visitor.hearsStartup();
                    visitor.says(SCRAM);
                    visitor.challenges(Premises.VERIFIER);
                    visitor.hears();
                })),
                argumentSet("after AuthenticationOk", step(visitor -> {
                    visitor.hearsStartup();
                    visitor.admits(Premises.VERIFIER);
                })),
                argumentSet("before ReadyForQuery", step(visitor -> {
                    visitor.hearsStartup();
                    visitor.admits(Premises.VERIFIER);
                    visitor.says(new BackendKeyData(1, ByteString.fromInts(1, 2, 3, 4)));
                })));
    }

    static Stream<Arguments> laterSteps() {
        return steps().skip(1);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aComputeThatHangsIsGivenUpInTime(ListeningCompute.Script step) throws IOException {
        premises.odd().plays(visitor -> {
            step.play(visitor);
            visitor.hangs();
        });

        assertRefused("57P03", "the database did not answer in time");
    }

    @Test
    void aComputeThatDiesWhenItIsReachedIsReported() throws IOException {
        premises.odd().plays(ComputeSide::dies);

        // Whether the connection stood for a moment is a matter of luck.
        assertThat(premises.logIn("odd"))
                .isInstanceOfSatisfying(
                        Login.Refused.class,
                        refused -> assertThat(refused.error().sqlState()).isIn("08001", "08006"));
    }

    @ParameterizedTest
    @MethodSource("laterSteps")
    void aComputeThatDiesIsReported(ListeningCompute.Script step) throws IOException {
        premises.odd().plays(visitor -> {
            step.play(visitor);
            visitor.dies();
        });

        assertRefused("08006", "the database server closed the connection during login");
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aComputeThatHangsUpIsReported(ListeningCompute.Script step) throws IOException {
        premises.odd().plays(step);

        assertRefused("08006", "the database server closed the connection during login");
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aComputeThatTalksNonsenseIsReported(ListeningCompute.Script step) throws IOException {
        byte[] nonsense = new byte[100_000];
        new Random(7).nextBytes(nonsense);
        premises.odd().plays(visitor -> {
            step.play(visitor);
            visitor.says(ByteString.fromArray(nonsense));
            visitor.hangs();
        });

        assertRefused("08P01", "unexpected message from server");
    }

    static Stream<Arguments> babble() {
        return Stream.of(
                argumentSet("a length of 0", Packets.tagged('R', 0, Premises.SILENCE)),
                argumentSet("a length of 3", Packets.tagged('R', 3, Premises.SILENCE)),
                argumentSet("a negative length", Packets.tagged('R', -1, Premises.SILENCE)),
                argumentSet("the largest length", Packets.tagged('R', Integer.MAX_VALUE, Premises.SILENCE)),
                argumentSet("70,000 bytes", Packets.tagged('S', 70_000, ByteString.fromArray(new byte[69_996]))),
                argumentSet("an unknown tag", Packets.tagged('!', 4, Premises.SILENCE)),
                argumentSet("HTTP", ByteString.fromString("HTTP/1.1 400 Bad Request\r\n\r\n")),
                argumentSet("half an authentication request", Packets.tagged('R', 6, ByteString.fromInts(0, 0))),
                argumentSet("a row", ComputeSide.row("who are you?").encode()),
                argumentSet("ReadyForQuery", ComputeSide.ready().encode()),
                argumentSet("a key", new BackendKeyData(1, ByteString.fromInts(1, 2, 3, 4)).encode()),
                argumentSet("an error that never ends", Packets.tagged('E', 8, ByteString.fromString("SFAT"))),
                argumentSet(
                        "a mechanism list that never ends",
                        Packets.tagged(
                                'R',
                                12,
                                new BodyWriter()
                                        .int32(10)
                                        .bytes(ByteString.fromString("SCRA"))
                                        .body())));
    }

    @ParameterizedTest
    @MethodSource("babble")
    void aComputeThatAnswersTheStartupPacketWithAnythingElseIsReported(ByteString answer) throws IOException {
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.says(answer);
            visitor.hangs();
        });

        assertRefused("08P01", "unexpected message from server");
    }

    static Stream<Arguments> impossibleLogins() {
        return Stream.of(
                argumentSet("clear text", new AuthenticationCleartextPassword().encode()),
                argumentSet("MD5", new AuthenticationMd5Password(ByteString.fromInts(1, 2, 3, 4)).encode()),
                argumentSet("GSS", new AuthenticationOther(7).encode()),
                argumentSet("SSPI", new AuthenticationOther(9).encode()),
                argumentSet("Kerberos", new AuthenticationOther(2).encode()),
                argumentSet("another SCRAM", new AuthenticationSasl(List.of("SCRAM-SHA-1")).encode()),
                argumentSet("no mechanism", new AuthenticationSasl(List.of()).encode()));
    }

    @ParameterizedTest
    @MethodSource("impossibleLogins")
    void aComputeThatWantsAnotherProofGetsNone(ByteString demand) throws IOException {
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.says(demand);
            visitor.hangs();
        });

        assertRefused("28000", "authentication error: the database server does not accept this login");
    }

    static Stream<Arguments> challenges() {
        return Stream.of(
                argumentSet("a billion iterations", "r=%sxyz,s=c2FsdA==,i=1000000000"),
                argumentSet("more iterations than a long", "r=%sxyz,s=c2FsdA==,i=99999999999999999999"),
                argumentSet("no iterations", "r=%sxyz,s=c2FsdA==,i=0"),
                argumentSet("fewer iterations than none", "r=%sxyz,s=c2FsdA==,i=-1"),
                argumentSet("the nonce of somebody else", "r=xyz%s,s=c2FsdA==,i=4096"),
                argumentSet("the nonce with nothing added", "r=%s,s=c2FsdA==,i=4096"),
                argumentSet("no salt", "r=%sxyz,s=,i=4096"),
                argumentSet("a salt that is no base64", "r=%sxyz,s=!!!!,i=4096"),
                argumentSet("an extension that must be understood", "m=x,r=%sxyz,s=c2FsdA==,i=4096"),
                argumentSet("nothing", ""));
    }

    @ParameterizedTest
    @MethodSource("challenges")
    void aComputeWhoseChallengeIsNoneGetsNoProof(String challenge) throws IOException {
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.says(SCRAM);
            String first =
                    SaslInitialResponse.decode(visitor.hears().body()).data().utf8String();
            String nonce = first.substring(first.indexOf("r=") + 2);
            visitor.says(new AuthenticationSaslContinue(ByteString.fromString(challenge.formatted(nonce))));
            visitor.hangs();
        });

        assertRefused("28000", "authentication error: the database server does not accept this login");
    }

    static Stream<Arguments> signatures() {
        return Stream.of(
                argumentSet("that of another", "v=" + "A".repeat(43) + "="),
                argumentSet("a short one", "v=AAAA"),
                argumentSet("no base64", "v=?"),
                argumentSet("an error", "e=invalid-proof"),
                argumentSet("nothing", ""));
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void aComputeThatDoesNotKnowTheRoleIsNotTrusted(String signature) throws IOException {
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.says(SCRAM);
            visitor.challenges(Premises.VERIFIER);
            visitor.hears();
            visitor.says(new AuthenticationSaslFinal(ByteString.fromString(signature)), new AuthenticationOk());
            visitor.greets();
            visitor.serves(Premises.ECHO);
        });

        assertRefused("28000", "authentication error: the database server does not accept this login");
    }

    static Stream<Arguments> shortcuts() {
        return Stream.of(
                argumentSet("the proof", step(visitor -> {
                    visitor.says(SCRAM);
                    visitor.hears();
                })),
                argumentSet("the signature", step(visitor -> {
                    visitor.says(SCRAM);
                    visitor.challenges(Premises.VERIFIER);
                    visitor.hears();
                })));
    }

    @ParameterizedTest
    @MethodSource("shortcuts")
    void aComputeThatLeavesOutAStepOfScramIsNotTrusted(ListeningCompute.Script skipping) throws IOException {
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            skipping.play(visitor);
            visitor.says(new AuthenticationOk());
            visitor.greets();
            visitor.serves(Premises.ECHO);
        });

        assertRefused("08P01", "unexpected message from server");
    }

    @Test
    void aComputeThatNeverStopsIntroducingItselfIsCutOff() throws IOException {
        ParameterStatus endless = new ParameterStatus("noise", ByteString.fromString("x".repeat(32_000)));
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.admits(Premises.VERIFIER);
            while (true) {
                visitor.says(endless);
            }
        });

        assertRefused("08P01", "unexpected message from server");
    }

    @Test
    void anErrorOfTheComputePassesWholeInWhateverEncoding() throws IOException {
        BodyWriter fields = new BodyWriter();
        for (char code : "SVCMDHPpqWsctdnFLR?\u00ff".toCharArray()) {
            fields.int8(code).cstring(ByteString.fromInts(code & 0xFF, 0xE4, 0xF6, 0xFC, 0x80, '\n', 1)); // No UTF-8.
        }
        ByteString error =
                Packets.tagged('E', fields.body().size() + 5, fields.body().concat(ByteString.fromInts(0)));
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.says(error);
        });

        try (HostileClient client = premises.stranger()) {
            Login.Outcome outcome = Login.attempt(client, Premises.asking("odd"), Premises.PASSWORD);

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Login.Refused.class,
                            refused -> assertThat(new ErrorResponse(refused.error()).encode())
                                    .isEqualTo(error));
            assertThat(premises.lineAbout(client).toString()).doesNotContain("\n");
        }
    }

    @Test
    void anErrorWithoutAnyFieldPassesToo() throws IOException {
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.says(Packets.tagged('E', 5, ByteString.fromInts(0)));
        });

        assertThat(premises.logIn("odd"))
                .isInstanceOfSatisfying(
                        Login.Refused.class,
                        refused -> assertThat(refused.error().fields()).isEmpty());
    }

    @Test
    void aComputeThatSaysWhyBeforeItIsAskedIsHeard() throws IOException {
        premises.odd()
                .plays(visitor -> visitor.says(
                        new ErrorResponse(ErrorFields.of("FATAL", "53300", "sorry, too many clients already"))));

        for (int turn = 0; turn < 20; turn++) {
            assertRefused("53300", "sorry, too many clients already");
            premises.log().clear();
        }
    }

    @Test
    void whatAComputeSaysBeforeItHangsUpIsHeardToTheLastWord() throws IOException {
        ErrorResponse last = new ErrorResponse(ErrorFields.of("FATAL", "3D000", "database \"app\" does not exist"));
        ParameterStatus chatter = new ParameterStatus("chatter", ByteString.fromString("x"));
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.says(new AuthenticationOk(), chatter, chatter, chatter, last);
        });

        for (int turn = 0; turn < 20; turn++) {
            assertRefused("3D000", "database \"app\" does not exist");
            premises.log().clear();
        }
    }

    @Test
    void aComputeThatFailsOnceIsGivenASecondChance() throws IOException {
        AtomicInteger visits = new AtomicInteger();
        ListeningCompute.Script honest = premises.odd().honestly(Premises.VERIFIER, Premises.ECHO);
        premises.odd().plays(visitor -> {
            if (visits.incrementAndGet() > 1) {
                honest.play(visitor);
            }
        });

        try (GoodClient client = premises.guest("odd")) {
            assertThat(client.asks("better now?").rows()).containsExactly("better now?");
        }
        assertThat(visits).hasValue(2);
    }

    @Test
    void aComputeThatGivesNoCancelKeyServesAllTheSame() throws IOException {
        premises.odd().plays(visitor -> {
            visitor.hearsStartup();
            visitor.says(new AuthenticationOk(), ComputeSide.ready());
            visitor.serves(Premises.ECHO);
        });

        try (HostileClient client = premises.stranger()) {
            assertThat(Login.attempt(client, Premises.asking("odd"), Premises.PASSWORD))
                    .isInstanceOfSatisfying(
                            Login.Admitted.class,
                            admitted -> assertThat(admitted.key()).isEmpty());
        }
    }

    private static ListeningCompute.Script step(ListeningCompute.Script step) {
        return step;
    }

    /** A login with the right password is refused, soon, once, and with one line in the log that blames the compute. */
    private static void assertRefused(String sqlState, String message) throws IOException {
        long began = System.nanoTime();
        try (HostileClient client = premises.stranger()) {
            Login.Outcome outcome = Login.attempt(client, Premises.asking("odd"), Premises.PASSWORD);

            assertThat(outcome).isInstanceOfSatisfying(Login.Refused.class, refused -> {
                assertThat(refused.error().sqlState()).isEqualTo(sqlState);
                assertThat(refused.error().message()).isEqualTo(message);
            });
            assertThat(client.hearsToTheEnd()).isEqualTo(Premises.SILENCE);
            assertThat(System.nanoTime() - began).isLessThan(Premises.AT_ONCE.toNanos());
            LogLines.Line line = premises.lineAbout(client);
            assertThat(line.level()).isEqualTo("WARN");
            assertThat(line.facts()).contains("sqlstate=" + sqlState, "blame=COMPUTE");
        }
    }
}
