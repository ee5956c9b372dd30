package dev.reveille.gateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.tokens.Issuer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is remembered must not outlive the key, the token's time, or the room there is. */
class SignatureMemoryTest {

    private static final Issuer FIRST = Issuer.ec("k");
    private static final Issuer SECOND = Issuer.ec("k");
    private static final String CLAIMS = "{\"exp\":1800000100}";

    private final HandClock clock = new HandClock();
    private final PublishedKeys source = new PublishedKeys(FIRST);
    private final TokenDesk desk = new TokenDesk(source, clock);

    @Test
    void aKnownTokenIsAnsweredAtOnce() {
        // Given
        String token = FIRST.token(CLAIMS);
        desk.verdict(token);

        // When
        var asked = desk.asked(token);

        // Then
        assertThat(asked).isCompletedWithValue(new TokenVerdict.Proven(CLAIMS));
    }

    @Test
    void aKnownTokenEndsWithItsTime() {
        // Given
        String token = FIRST.token(CLAIMS);
        desk.verdict(token);

        // When
        clock.turn(Duration.ofSeconds(130));

        // Then
        assertThat(desk.verdict(token)).isEqualTo(new TokenVerdict.Refused("JWT token has expired (exp=1800000100)"));
    }

    @Test
    void aKnownTokenEndsWithItsKey() {
        // Given
        String token = FIRST.token("{}");
        desk.verdict(token);
        source.publish(Issuer.ec("other"));

        // When
        clock.turn(Duration.ofMinutes(61));

        // Then
        assertThat(desk.verdict(token)).isEqualTo(TokenDesk.NOT_FOUND);
    }

    @Test
    void anotherKeyOfTheSameIdHasNotSignedAKnownToken() {
        // Given
        String token = FIRST.token("{}");
        desk.verdict(token);
        source.publish(SECOND);

        // When
        clock.turn(Duration.ofMinutes(61));

        // Then
        assertThat(desk.verdict(token)).isEqualTo(new TokenVerdict.Refused("signature error: invalid signature"));
        assertThat(desk.verdict(SECOND.token("{}"))).isEqualTo(new TokenVerdict.Proven("{}"));
    }

    @Test
    void theTokenThatWasNotUsedForLongestMakesRoom() throws TokenRefused {
        // Given
        SignatureMemory memory = new SignatureMemory(2);
        SignedToken[] tokens = new SignedToken[3];
        for (int number = 0; number < tokens.length; number++) {
            tokens[number] = SignedToken.read(FIRST.token("{\"n\":%d}".formatted(number)), 10_000);
        }
        memory.remember(tokens[0], FIRST.keys().getPublic());
        memory.remember(tokens[1], FIRST.keys().getPublic());
        memory.knows(tokens[0], FIRST.keys().getPublic());

        // When
        memory.remember(tokens[2], FIRST.keys().getPublic());

        // Then
        assertThat(memory.size()).isEqualTo(2);
        assertThat(memory.knows(tokens[0], FIRST.keys().getPublic())).isTrue();
        assertThat(memory.knows(tokens[1], FIRST.keys().getPublic())).isFalse();
        assertThat(memory.knows(tokens[0], SECOND.keys().getPublic())).isFalse();
    }
}
