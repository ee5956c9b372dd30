package dev.reveille.gateway.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.tokens.Issuer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Good tokens, broken in thousands of ways: none of them opens anything, and none of them breaks anything. */
class MutilatedTokensTest {

    private static final int MUTILATIONS = 3_000;
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\u0000é";

    private static final List<Issuer> ISSUERS = List.of(Issuer.rsa("k"), Issuer.ec("k"), Issuer.ed25519("k"));

    private final TokenDesk desk = new TokenDesk(new PublishedKeys(ISSUERS.toArray(Issuer[]::new)), new HandClock());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noneOfThemIsProven(long seed) {
        // Given
        Random random = new Random(seed);
        List<String> tokens = ISSUERS.stream()
                .map(issuer -> issuer.token("{\"sub\":\"ada\",\"aud\":[\"db\"],\"exp\":4000000000}"))
                .toList();

        for (int number = 0; number < MUTILATIONS; number++) {
            String token = tokens.get(random.nextInt(tokens.size()));

            // When
            String broken = mutilated(token, tokens.get(random.nextInt(tokens.size())), random);

            // Then
            if (!tokens.contains(broken)) {
                assertThat(desk.verdict(broken))
                        .as("mutilation %d of seed %d: %s", number, seed, broken)
                        .isInstanceOf(TokenVerdict.Refused.class);
            }
        }
    }

    private static String mutilated(String token, String other, Random random) {
        int at = random.nextInt(token.length());
        int to = at + random.nextInt(token.length() - at);
        String[] parts = token.split("\\.");
        String[] others = other.split("\\.");
        return switch (random.nextInt(9)) {
            case 0 -> token.substring(0, at) + letter(random) + token.substring(at + 1);
            case 1 -> token.substring(0, at) + letter(random) + token.substring(at);
            case 2 -> token.substring(0, at) + token.substring(at + 1);
            case 3 -> token.substring(0, at);
            case 4 -> token.substring(0, at) + token.substring(to);
            case 5 -> token.substring(at, to) + token;
            case 6 -> parts[0] + "." + parts[1] + "." + others[2];
            case 7 -> others[0] + "." + parts[1] + "." + parts[2];
            default -> parts[0] + "." + letter(random).repeat(random.nextInt(100)) + "." + parts[2];
        };
    }

    private static String letter(Random random) {
        int at = random.nextInt(LETTERS.length());
        return LETTERS.substring(at, at + 1);
    }
}
