package dev.reveille.gateway.jwt;

import static dev.reveille.kit.tokens.KeySetServer.floods;
import static dev.reveille.kit.tokens.KeySetServer.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.tokens.Issuer;
import dev.reveille.kit.tokens.KeySetServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Key sets over real HTTP, from servers good and bad. */
@Timeout(60)
class KeySetFetcherTest {

    private static final Issuer ISSUER = Issuer.ec("ec-1");
    private static final String TOKEN = ISSUER.token("{}");
    private static final String KEY_SET = Issuer.keySet(ISSUER);
    private static final TokenVerdict PROVEN = new TokenVerdict.Proven("{}");

    private final HandClock clock = new HandClock();
    private final KeySetFetcher fetcher = new KeySetFetcher(TokenDesk.QUICK.fetching());
    private final KeySetServer server = new KeySetServer(says(200, KEY_SET));

    @AfterEach
    void close() {
        server.close();
        fetcher.close();
    }

    @Test
    void keysAreFetchedWithOneRequest() {
        // When
        TokenVerdict verdict = deskFor(url("/keys?tenant=1")).verdict(TOKEN);

        // Then
        assertThat(verdict).isEqualTo(PROVEN);
        assertThat(server.requests()).containsExactly("GET /keys?tenant=1");
    }

    @Test
    void aRedirectIsNotFollowed() {
        // Given
        server.answers(exchange -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            says(302, "").handle(exchange);
        });

        // When / Then
        assertUnavailable();
        assertThat(server.requests()).containsExactly("GET /");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429})
    void whatMayPassIsTriedAgain(int status) {
        // Given
        server.answers(exchange -> {
            server.answers(says(200, KEY_SET));
            says(status, "not now").handle(exchange);
        });

        // When
        TokenVerdict verdict = deskFor(url("/")).verdict(TOKEN);

        // Then
        assertThat(verdict).isEqualTo(PROVEN);
        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 401, 404})
    void whatWillNotPassIsNotTriedAgain(int status) {
        server.answers(says(status, status == 204 ? "" : KEY_SET));
        assertUnavailable();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aServerThatOnlyFailsIsTriedSoOften() {
        server.answers(says(500, KEY_SET));
        assertUnavailable();
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aServerThatHangsIsGivenUp() {
        server.answers(server.hangs());
        assertUnavailable();
    }

    @Test
    void aServerThatDribblesIsGivenUp() {
        server.answers(server.dribbles());
        assertUnavailable();
    }

    @Test
    void aServerThatFloodsIsNotListenedTo() {
        server.answers(floods());
        assertUnavailable();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aSetOfTheLargestSizeIsReadAndOneByteMoreIsNot() {
        // Given
        int max = TokenDesk.QUICK.fetching().bodyMax();
        server.answers(says(200, KEY_SET + " ".repeat(max - KEY_SET.length())));
        assertThat(deskFor(url("/")).verdict(TOKEN)).isEqualTo(PROVEN);

        // When / Then
        server.answers(says(200, KEY_SET + " ".repeat(max + 1 - KEY_SET.length())));
        assertUnavailable();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>welcome</html>", "{\"keys\":", "null"})
    void garbageIsNoKeySet(String body) {
        server.answers(says(200, body));
        assertUnavailable();
    }

    @Test
    void nobodyListeningIsNoKeySet() {
        // Given
        KeySetUrl url = url("/");
        server.close();

        // When / Then
        assertThat(deskFor(url).verdict(TOKEN)).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    @Test
    void aServerThatFailsLaterTakesNoKeysAway() {
        // Given
        TokenDesk desk = deskFor(url("/"));
        desk.verdict(TOKEN);
        server.answers(says(500, "broken"));

        // When
        clock.turn(Duration.ofMinutes(30));

        // Then
        assertThat(desk.verdict(TOKEN)).isEqualTo(PROVEN);
        assertThat(desk.verdict(TOKEN)).isEqualTo(PROVEN);
    }

    @Test
    void whoAsksIsNotHeldUp() {
        // Given
        server.answers(server.hangs());
        TokenDesk desk = deskFor(url("/"));

        // When
        var asked = desk.asked(TOKEN);

        // Then
        assertThat(asked).isNotDone();
    }

    @Test
    void aFileIsReadAndReadAgain(@TempDir Path directory) throws IOException {
        // Given
        Path file = Files.writeString(directory.resolve("keys.json"), "{\"keys\":[]}");
        TokenDesk desk = deskFor(new KeySetUrl(file.toUri()));
        TokenVerdict before = desk.verdict(TOKEN);
        Files.writeString(file, KEY_SET);

        // When
        clock.turn(Duration.ofSeconds(30));

        // Then
        assertThat(before).isEqualTo(TokenDesk.NOT_FOUND);
        assertThat(desk.verdict(TOKEN)).isEqualTo(PROVEN);
    }

    @Test
    void aFileThatIsMissingOrTooLargeIsNoKeySet(@TempDir Path directory) throws IOException {
        // Given
        Path large = Files.writeString(directory.resolve("large.json"), KEY_SET + " ".repeat(64 * 1024));

        // When / Then
        for (Path file : new Path[] {large, directory.resolve("missing.json"), directory}) {
            assertThat(deskFor(new KeySetUrl(file.toUri())).verdict(TOKEN))
                    .isInstanceOf(TokenVerdict.Unavailable.class);
        }
    }

    @Test
    void whatTheClientIsToldSaysNothingOfTheSource() {
        server.answers(says(500, "secret detail"));
        assertThat(deskFor(url("/")).verdict(TOKEN))
                .isInstanceOfSatisfying(
                        TokenVerdict.Unavailable.class,
                        unavailable ->
                                assertThat(unavailable.clientText()).doesNotContain("127.0.0.1", "500", "detail"));
    }

    private void assertUnavailable() {
        assertThat(deskFor(url("/")).verdict(TOKEN)).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    private KeySetUrl url(String path) {
        return KeySetUrl.parse(server.url(path)).orElseThrow();
    }

    private TokenDesk deskFor(KeySetUrl url) {
        return new TokenDesk(fetcher, clock, TokenDesk.rule(url));
    }
}
