package dev.reveille.protocol.scram;

import static dev.reveille.protocol.scram.Vectors.PASSWORD;
import static dev.reveille.protocol.scram.Vectors.SALT;
import static dev.reveille.protocol.scram.Vectors.SECRET;
import static dev.reveille.protocol.scram.Vectors.bytes;
import static dev.reveille.protocol.scram.Vectors.verifier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.Wire;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScramVerifierTest {

    private static final ByteString FLEET_KEY = bytes("a key that all nodes share");

    @Test
    void aStoredSecretIsReadAndWrittenAgain() {
        assertThat(verifier().encode()).isEqualTo(SECRET);
    }

    @Test
    void theVerifierOfAPasswordIsWhatPostgresWouldStore() {
        assertThat(ScramVerifier.ofPassword(PASSWORD, SALT, 4096)).isEqualTo(verifier());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "md5d41d8cd98f00b204e9800998ecf8427e",
                "SCRAM-SHA-1$4096:AAECAwQFBgcICQoLDA0ODw==$K=:K=",
                "SCRAM-SHA-256",
                "SCRAM-SHA-256$4096:AAECAwQFBgcICQoLDA0ODw==",
                "SCRAM-SHA-256$4096$AAECAwQFBgcICQoLDA0ODw==",
            })
    void aSecretOfAnotherKindIsNoVerifier(String text) {
        assertThat(ScramVerifier.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-1", "+1", "", " 4096", "4096x", "1000001", "4294967296", "99999999999999999999", "٤"})
    void aCountOfIterationsOutsideTheLimitsIsNoVerifier(String iterations) {
        assertThat(ScramVerifier.parse(SECRET.replace("$4096:", "$" + iterations + ":")))
                .isEmpty();
    }

    @Test
    void theLargestCountOfIterationsIsAVerifier() {
        assertThat(ScramVerifier.parse(SECRET.replace("$4096:", "$1000000:")))
                .map(ScramVerifier::iterations)
                .contains(ScramVerifier.ITERATIONS_MAX);
    }

    @ParameterizedTest
    @CsvSource({
        "AAECAwQFBgcICQoLDA0ODw==, ''", // no salt
        "AAECAwQFBgcICQoLDA0ODw==, AAECAwQFBgcICQoLDA0ODw", // no padding
        "AAECAwQFBgcICQoLDA0ODw==, AAECAwQFBgcICQoLDA0ODx==", // stray bits
        "AAECAwQFBgcICQoLDA0ODw==, ****",
        "yERwYmHlx0VrpoYfOn54hMTjBUKWnmK42IDjnWgQWkk=, AAECAwQFBgcICQoLDA0ODw==", // a key that is too short
        "RQZr9F8QCYmmp35tAVzp0VB/kDwY283N+s24jDDliG4=, ''",
        "RQZr9F8QCYmmp35tAVzp0VB/kDwY283N+s24jDDliG4=, RQZr9F8QCYmmp35tAVzp0VB/kDwY283N+s24jDDliG4=:",
        "RQZr9F8QCYmmp35tAVzp0VB/kDwY283N+s24jDDliG4=, RQZr9F8QCYmmp35tAVzp0VB/kDwY283N+s24jDDliG4=$"
    })
    void aSecretWithABrokenPartIsNoVerifier(String part, String broken) {
        assertThat(ScramVerifier.parse(SECRET.replace(part, broken))).isEmpty();
    }

    @Test
    void aVerifierWithoutIterationsCannotBeMade() {
        ScramVerifier good = verifier();

        assertThatThrownBy(() -> new ScramVerifier(0, SALT, good.storedKey(), good.serverKey(), false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theRightPasswordGivesTheKeysOfTheRole() {
        assertThat(verifier().keysOf(bytes(PASSWORD)))
                .contains(new ScramKeys(Vectors.CLIENT_KEY, verifier().serverKey()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1_000, 4_094})
    void aPasswordCheckedInStepsGivesTheSameKeysAndNoneBeforeTheLast(int step) {
        // Given
        PasswordCheck check = verifier().check(bytes(PASSWORD));

        // Then
        int steps = 1;
        while (!check.advance(step)) {
            steps++;
            assertThatThrownBy(check::keys).isInstanceOf(IllegalStateException.class);
        }
        assertThat(steps).isEqualTo((4_095 + step - 1) / step);
        assertThat(check.keys())
                .contains(new ScramKeys(Vectors.CLIENT_KEY, verifier().serverKey()));
        assertThat(check).hasToString("PasswordCheck[***]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "correct hors", "correct horse ", "Correct horse", "correct horse\0"})
    void aWrongPasswordGivesNothing(String password) {
        assertThat(verifier().keysOf(bytes(password))).isEmpty();
    }

    @Test
    void anEmptyPasswordIsAPasswordLikeAnyOther() {
        ScramVerifier empty = ScramVerifier.ofPassword("", SALT, 1);

        assertThat(empty.keysOf(ByteString.emptyByteString())).isPresent();
        assertThat(empty.keysOf(bytes("x"))).isEmpty();
    }

    @Test
    void aPasswordLongerThanAHashBlockWorks() {
        String password = "long ".repeat(100);

        assertThat(ScramVerifier.ofPassword(password, SALT, 1).keysOf(bytes(password)))
                .isPresent();
    }

    @ParameterizedTest(name = "{index}")
    @CsvSource({
        "I\u00ADX, IX", // a soft hyphen is mapped to nothing
        "\u00AA, a", // compatibility characters become plain ones
        "\u2168, IX",
        "a\u00A0b, 'a b'", // any blank is a blank
        "e\u0301, \u00E9" // composed
    })
    void passwordsThatPrepareToTheSameAreTheSame(String written, String prepared) {
        assertThat(ScramVerifier.ofPassword(prepared, SALT, 1).keysOf(bytes(written)))
                .isPresent();
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(strings = {"\u0007", "\u0627\u0031", "\u00AD", "\u0221"})
    void aPasswordThatCannotBePreparedCountsAsItsBytes(String password) {
        assertThat(ScramVerifier.ofPassword(password, SALT, 1).keysOf(bytes(password)))
                .isPresent();
        assertThat(PreparedPassword.of(bytes(password)))
                .isEqualTo(bytes(password).toArray());
    }

    @Test
    void anyTextCanBeTriedAsAPassword() {
        Random random = new Random(2_502_907);
        for (int round = 0; round < 20_000; round++) {
            String password = random.ints(random.nextInt(6), 0, 0x20000)
                    .filter(c -> !Character.isSurrogate((char) c) || c > 0xFFFF)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();

            byte[] prepared = PreparedPassword.of(bytes(password));

            assertThat(prepared.length == 0).isEqualTo(password.isEmpty());
        }
    }

    @Test
    void aPasswordThatIsNotUtf8CountsAsItsBytes() {
        ByteString latin = Wire.bytes("'caf' e9");

        assertThat(PreparedPassword.of(latin)).isEqualTo(latin.toArray());
    }

    @Test
    void aMockIsTheSameAtEveryTryAndOnEveryNode() {
        assertThat(ScramVerifier.mockFor(FLEET_KEY, "blue-sky-42", "ann"))
                .isEqualTo(ScramVerifier.mockFor(FLEET_KEY, "blue-sky-42", "ann"));
    }

    @Test
    void aMockLooksLikeTheSecretOfARole() {
        ScramVerifier mock = ScramVerifier.mockFor(FLEET_KEY, "blue-sky-42", "ann");

        assertThat(mock.iterations()).isEqualTo(4096);
        assertThat(mock.salt().size()).isEqualTo(16);
    }

    @Test
    void mocksDifferByEndpointRoleAndFleet() {
        assertThat(ScramVerifier.mockFor(FLEET_KEY, "a", "bc").salt())
                .isNotEqualTo(ScramVerifier.mockFor(FLEET_KEY, "ab", "c").salt())
                .isNotEqualTo(ScramVerifier.mockFor(FLEET_KEY, "a", "bd").salt())
                .isNotEqualTo(ScramVerifier.mockFor(bytes("another"), "a", "bc").salt());
    }

    @Test
    void aMockDoesNotShowItsKeysInItsSalt() {
        ScramVerifier mock = ScramVerifier.mockFor(FLEET_KEY, "a", "b");

        assertThat(mock.storedKey().containsSlice(mock.salt())).isFalse();
    }

    @Test
    void aMockMatchesNothingNotEvenWhatItsKeysWouldAllow() {
        ScramVerifier good = verifier();
        ScramVerifier mock =
                new ScramVerifier(good.iterations(), good.salt(), good.storedKey(), good.serverKey(), true);

        assertThat(mock.keysOf(bytes(PASSWORD))).isEmpty();
    }

    @Test
    void secretsAreNotPrinted() {
        ScramVerifier verifier = verifier();

        assertThat(verifier).hasToString("ScramVerifier[***]");
        assertThat(new ScramKeys(Vectors.CLIENT_KEY, verifier.serverKey())).hasToString("ScramKeys[***]");
    }
}
