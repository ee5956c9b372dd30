package dev.reveille.session.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.fakes.HandTicker;
import java.time.Duration;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class ProvenPasswordsTest {

    private static final EndpointId BLUE = new EndpointId("blue");
    private static final RoleName APP = new RoleName("app");
    private static final ByteString SECRET = ByteString.fromString("secret");
    private static final ScramVerifier VERIFIER =
            ScramVerifier.ofPassword(SECRET, ByteString.fromString("sixteen bytes ok"), 1);
    private static final ScramKeys KEYS = VERIFIER.keysOf(SECRET).orElseThrow();

    private final HandTicker ticker = new HandTicker();
    private final ProvenPasswords proven = new ProvenPasswords(10, Duration.ofMinutes(5), ticker);

    @Test
    void aPasswordThatWasProvenGivesTheKeysAgain() {
        // Given
        proven.remember(BLUE, APP, VERIFIER, SECRET, KEYS);

        // Then
        assertThat(proven.find(BLUE, APP, VERIFIER, SECRET)).contains(KEYS);
        assertThat(proven.find(new EndpointId("blue-pooler"), APP, VERIFIER, SECRET))
                .contains(KEYS);
        assertThat(proven.hits()).isEqualTo(2);
    }

    @Test
    void nothingElseMatchesWhatWasProven() {
        // Given
        proven.remember(BLUE, APP, VERIFIER, SECRET, KEYS);

        // Then
        assertThat(proven.find(BLUE, APP, VERIFIER, ByteString.fromString("secret\0")))
                .isEmpty();
        assertThat(proven.find(BLUE, APP, VERIFIER, ByteString.fromString("secre")))
                .isEmpty();
        assertThat(proven.find(BLUE, APP, VERIFIER, ByteString.emptyByteString()))
                .isEmpty();
        assertThat(proven.find(BLUE, new RoleName("app2"), VERIFIER, SECRET)).isEmpty();
        assertThat(proven.find(new EndpointId("green"), APP, VERIFIER, SECRET)).isEmpty();
    }

    @Test
    void aRoleWithAnotherSecretMustProveItselfAgain() {
        // Given
        proven.remember(BLUE, APP, VERIFIER, SECRET, KEYS);

        // When the same password has got another salt, or the role another password
        ScramVerifier salted = ScramVerifier.ofPassword(SECRET, ByteString.fromString("another 16 bytes"), 1);
        ScramVerifier other = ScramVerifier.ofPassword("other", ByteString.fromString("sixteen bytes ok"), 1);

        // Then
        assertThat(proven.find(BLUE, APP, salted, SECRET)).isEmpty();
        assertThat(proven.find(BLUE, APP, other, SECRET)).isEmpty();
    }

    @Test
    void aProofIsBelievedForABoundedTimeHoweverOftenItIsUsed() {
        // Given
        proven.remember(BLUE, APP, VERIFIER, SECRET, KEYS);

        // When
        ticker.timePasses(Duration.ofMinutes(4));
        assertThat(proven.find(BLUE, APP, VERIFIER, SECRET)).isPresent();
        ticker.timePasses(Duration.ofSeconds(61));

        // Then
        assertThat(proven.find(BLUE, APP, VERIFIER, SECRET)).isEmpty();
    }

    @Test
    void theMockOfARoleThatDoesNotExistNeverMatches() {
        ScramVerifier mock = ScramVerifier.mockFor(SECRET, "blue", "app");
        proven.remember(BLUE, APP, mock, SECRET, KEYS);
        assertThat(proven.find(BLUE, APP, mock, SECRET)).isEmpty();
    }
}
