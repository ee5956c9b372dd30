package dev.reveille.protocol.scram;

import static dev.reveille.protocol.scram.Vectors.BOUND;
import static dev.reveille.protocol.scram.Vectors.CLIENT_FINAL;
import static dev.reveille.protocol.scram.Vectors.CLIENT_FIRST;
import static dev.reveille.protocol.scram.Vectors.PLUS_CLIENT_FINAL;
import static dev.reveille.protocol.scram.Vectors.PLUS_CLIENT_FIRST;
import static dev.reveille.protocol.scram.Vectors.SERVER_NONCE;
import static dev.reveille.protocol.scram.Vectors.UNBOUND;
import static dev.reveille.protocol.scram.Vectors.bytes;
import static dev.reveille.protocol.scram.Vectors.verifier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.Wire;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.scram.ScramServer.AwaitingFirst;
import dev.reveille.protocol.scram.ScramServer.AwaitingProof;
import dev.reveille.protocol.scram.ScramServer.Challenged;
import dev.reveille.protocol.scram.ScramServer.Denied;
import dev.reveille.protocol.scram.ScramServer.FirstOutcome;
import dev.reveille.protocol.scram.ScramServer.Proven;
import dev.reveille.protocol.scram.ScramServer.Refused;
import dev.reveille.protocol.scram.ScramServer.Verdict;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramServerTest {

    private static final String PLAIN = "SCRAM-SHA-256";
    private static final String PLUS = "SCRAM-SHA-256-PLUS";
    private static final String PROOF = "7IZ/ibldmuY8Hm8AP6J4u+lhOMMDHwT4i3MTybRyxWs=";

    @Test
    void aClientThatKnowsThePasswordIsProven() {
        // Given
        AwaitingProof state = challenged(UNBOUND, PLAIN, CLIENT_FIRST);

        // When
        Verdict verdict = state.hear(bytes(CLIENT_FINAL));

        // Then
        assertThat(verdict)
                .isEqualTo(new Proven(
                        bytes(Vectors.SERVER_FINAL),
                        new ScramKeys(Vectors.CLIENT_KEY, verifier().serverKey())));
    }

    @Test
    void theChallengeHoldsBothNoncesTheSaltAndTheIterations() {
        FirstOutcome outcome = hears(UNBOUND, PLAIN, CLIENT_FIRST);

        assertThat(((Challenged) outcome).toSay()).isEqualTo(bytes(Vectors.SERVER_FIRST));
    }

    @Test
    void aClientBoundToTheChannelIsProven() {
        AwaitingProof state = challenged(BOUND, PLUS, PLUS_CLIENT_FIRST);

        assertThat(state.hear(bytes(PLUS_CLIENT_FINAL)))
                .isEqualTo(new Proven(
                        bytes(Vectors.PLUS_SERVER_FINAL),
                        new ScramKeys(Vectors.CLIENT_KEY, verifier().serverKey())));
    }

    @Test
    void aClientThatCannotBindIsProvenWithoutAlthoughBindingIsOffered() {
        AwaitingProof state = challenged(BOUND, PLAIN, CLIENT_FIRST);

        assertThat(state.hear(bytes(CLIENT_FINAL))).isInstanceOf(Proven.class);
    }

    @Test
    void theExchangeOfRfc7677IsProven() {
        // Given
        ScramVerifier pencil = ScramVerifier.ofPassword(
                "pencil",
                ByteString.fromArray(
                        StrictBase64.decode("W22ZaJ0SNY7soEsUEjb6gQ==").orElseThrow()),
                4096);
        AwaitingFirst server = new AwaitingFirst(pencil, UNBOUND, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
        Challenged challenged =
                (Challenged) server.hear(new SaslInitialResponse(PLAIN, bytes("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")));

        // When
        Verdict verdict = challenged
                .next()
                .hear(
                        bytes(
                                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));

        // Then
        assertThat(((Proven) verdict).toSay()).isEqualTo(bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    }

    @Test
    void plusIsOfferedFirstWhereTheChannelCanBeBound() {
        assertThat(ScramServer.mechanisms(BOUND)).containsExactly(PLUS, PLAIN);
        assertThat(ScramServer.mechanisms(UNBOUND)).containsExactly(PLAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-1", "", "scram-sha-256", PLUS})
    void aMechanismThatWasNotOfferedIsRefused(String mechanism) {
        assertMalformed(hears(UNBOUND, mechanism, PLUS_CLIENT_FIRST));
    }

    @Test
    void aClientThatWasToldOfNoBindingAlthoughItIsOfferedIsRefused() {
        assertThat(hears(BOUND, PLAIN, "y,,n=,r=abc")).isEqualTo(new Refused(new ScramRefusal.PlusNotUsed()));
        assertThat(hears(BOUND, PLUS, "y,,n=,r=abc")).isEqualTo(new Refused(new ScramRefusal.PlusNotUsed()));
    }

    @Test
    void aClientThatCouldBindIsServedWhereBindingIsNotOffered() {
        assertThat(challenged(UNBOUND, PLAIN, "y,,n=,r=abc").channel()).isEqualTo("eSws");
    }

    @Test
    void anotherKindOfBindingIsRefusedByName() {
        FirstOutcome outcome = hears(BOUND, PLUS, "p=tls-unique,,n=,r=abc");

        assertThat(outcome).isEqualTo(new Refused(new ScramRefusal.UnsupportedBinding("tls-unique")));
        assertThat(((Refused) outcome).why().clientText()).isEqualTo("unsupported channel binding method tls-unique");
    }

    @Test
    void plusWithoutBindingContradictsItself() {
        assertMalformed(hears(BOUND, PLUS, CLIENT_FIRST));
    }

    @Test
    void bindingWithoutPlusContradictsItself() {
        assertMalformed(hears(BOUND, PLAIN, PLUS_CLIENT_FIRST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n,,",
                "n,,n=",
                "n,,r=abc",
                "n,,n=,r=", // no nonce
                "n,,n=,r=a b",
                "n,,n=,r=a\u007f",
                "n,,n=,r=\u00e9",
                "n,a=ann,n=,r=abc", // another identity
                "n,,m=x,n=,r=abc", // an extension that must be understood
                "n,,r=abc,n=",
                "n,,n=,r=abc,", // an extension without a name
                "n,,n=,r=abc,1=x",
                "n,,n=,r=abc,xx=y",
                "x,,n=,r=abc",
                "N,,n=,r=abc",
                "p,,n=,r=abc",
                "p=,,n=,r=abc",
                "p=tls unique,,n=,r=abc",
                ",,n=,r=abc"
            })
    void aFirstMessageThatBreaksTheGrammarIsRefused(String message) {
        assertMalformed(hears(UNBOUND, PLAIN, message));
        assertMalformed(hears(BOUND, PLUS, message));
    }

    @Test
    void aFirstMessageThatIsNotUtf8IsRefused() {
        AwaitingFirst server = new AwaitingFirst(verifier(), UNBOUND, SERVER_NONCE);

        assertMalformed(server.hear(new SaslInitialResponse(PLAIN, Wire.bytes("'n,,n=' e9 ',r=abc'"))));
    }

    @Test
    void aNameAndExtensionsAreIgnoredButSigned() {
        assertThat(challenged(UNBOUND, PLAIN, "n,,n=ann,r=abc,x=y,Z=").clientFirstBare())
                .isEqualTo("n=ann,r=abc,x=y,Z=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "c=biws",
                "c=biws,p=" + PROOF,
                "r=NONCE,c=biws,p=" + PROOF,
                "c=biws,r=NONCE",
                "c=biws,r=NONCE,p=",
                "c=biws,r=NONCE,p=7IZ/ibldmuY8Hm8AP6J4u+lhOMMDHwT4i3MTybRyxWs", // no padding
                "c=biws,r=NONCE,p=7IZ/ibldmuY8Hm8AP6J4u+lhOMMDHwT4i3MTybRyxQ==", // 31 bytes
                "c=biws,r=NONCE,p=*",
                "c=biws,r=NONCE,p=" + PROOF + ",x=y", // something behind the proof
                "c=biws,r=NONCE,1=y,p=" + PROOF,
                "c=biws,r=abcdefghijklmnopqrstuvwx,p=" + PROOF, // the client's nonce alone
                "c=biws,r=NONCEx,p=" + PROOF,
                "c=biws,r=,p=" + PROOF
            })
    void aLastMessageThatBreaksTheGrammarIsRefused(String message) {
        AwaitingProof state = challenged(UNBOUND, PLAIN, CLIENT_FIRST);

        assertMalformed(state.hear(bytes(message.replace("NONCE", state.nonce()))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"eSws", "biw=", "", "BIWS", "cD10bHMtc2VydmVyLWVuZC1wb2ludCws"})
    void anotherChannelThanTheExchangeBeganOnIsRefused(String channel) {
        AwaitingProof state = challenged(UNBOUND, PLAIN, CLIENT_FIRST);

        assertThat(state.hear(bytes(CLIENT_FINAL.replace("biws", channel))))
                .isEqualTo(new Refused(new ScramRefusal.ChannelDataMismatch()));
    }

    @Test
    void aClientBoundToAnotherCertificateIsRefused() {
        ChannelBinding ours = new ChannelBinding.EndPoint(Wire.bytes("bb".repeat(32)));
        AwaitingProof state = challenged(ours, PLUS, PLUS_CLIENT_FIRST);

        assertThat(state.hear(bytes(PLUS_CLIENT_FINAL))).isEqualTo(new Refused(new ScramRefusal.ChannelDataMismatch()));
    }

    @Test
    void aProofWithAnyBitChangedIsDenied() {
        AwaitingProof state = challenged(UNBOUND, PLAIN, CLIENT_FIRST);
        byte[] proof = StrictBase64.decode(PROOF).orElseThrow();
        for (int bit = 0; bit < proof.length * 8; bit++) {
            byte[] changed = proof.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);

            assertThat(state.hear(bytes(CLIENT_FINAL.replace(PROOF, StrictBase64.encode(changed)))))
                    .isEqualTo(new Denied());
        }
    }

    @Test
    void anExtensionThatWasNotSignedIsDenied() {
        AwaitingProof state = challenged(UNBOUND, PLAIN, CLIENT_FIRST);

        assertThat(state.hear(bytes(CLIENT_FINAL.replace(",p=", ",x=y,p=")))).isEqualTo(new Denied());
    }

    @Test
    void aNameThatWasNotSignedIsDenied() {
        AwaitingProof state = challenged(UNBOUND, PLAIN, CLIENT_FIRST.replace("n=,", "n=bob,"));

        assertThat(state.hear(bytes(CLIENT_FINAL))).isEqualTo(new Denied());
    }

    @Test
    void aMockTakesPartInEveryStepAndDenies() {
        ScramVerifier good = verifier();
        ScramVerifier mock =
                new ScramVerifier(good.iterations(), good.salt(), good.storedKey(), good.serverKey(), true);
        Challenged challenged = (Challenged) new AwaitingFirst(mock, UNBOUND, SERVER_NONCE)
                .hear(new SaslInitialResponse(PLAIN, bytes(CLIENT_FIRST)));

        assertThat(challenged.toSay()).isEqualTo(bytes(Vectors.SERVER_FIRST));
        assertThat(challenged.next().hear(bytes(CLIENT_FINAL))).isEqualTo(new Denied());
    }

    @Test
    void whatTheClientIsToldHoldsNoFacts() {
        assertThat(new ScramRefusal.Malformed("a fact").clientText()).isEqualTo("authentication protocol violation");
        assertThat(new ScramRefusal.PlusNotUsed().clientText()).isEqualTo("SCRAM-PLUS not used");
        assertThat(new ScramRefusal.ChannelDataMismatch().clientText())
                .isEqualTo("insecure connection: secure channel data mismatch");
    }

    @Test
    void aServerNonceThatWouldBreakTheMessageCannotBeUsed() {
        ScramVerifier verifier = verifier();

        assertThatThrownBy(() -> new AwaitingFirst(verifier, UNBOUND, "a,b"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mutilatedMessagesEndInAVerdictButNeverInAProof() {
        Random random = new Random(1_414_213);
        AwaitingFirst first = new AwaitingFirst(verifier(), UNBOUND, SERVER_NONCE);
        AwaitingProof proof = challenged(UNBOUND, PLAIN, CLIENT_FIRST);
        for (int round = 0; round < 5_000; round++) {
            assertThat(first.hear(new SaslInitialResponse(PLAIN, mutilated(CLIENT_FIRST, random))))
                    .isNotNull();
            ByteString last = mutilated(CLIENT_FINAL, random);
            if (!last.equals(bytes(CLIENT_FINAL))) {
                assertThat(proof.hear(last)).isNotInstanceOf(Proven.class);
            }
        }
    }

    private static ByteString mutilated(String message, Random random) {
        byte[] bytes = bytes(message).toArray();
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        return ByteString.fromArray(bytes);
    }

    private static FirstOutcome hears(ChannelBinding binding, String mechanism, String message) {
        return new AwaitingFirst(verifier(), binding, SERVER_NONCE)
                .hear(new SaslInitialResponse(mechanism, bytes(message)));
    }

    private static AwaitingProof challenged(ChannelBinding binding, String mechanism, String message) {
        return ((Challenged) hears(binding, mechanism, message)).next();
    }

    private static void assertMalformed(Object outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.why()).isInstanceOf(ScramRefusal.Malformed.class));
    }
}
