package dev.reveille.gateway.jwt;

import static dev.reveille.gateway.jwt.TokenDesk.NOT_FOUND;
import static dev.reveille.gateway.jwt.TokenDesk.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.tokens.Issuer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** How long keys are used, when they are fetched, and how often. Time is turned by hand. */
class KeySetEntryTest {

    private static final Issuer OLD = Issuer.ec("old");
    private static final Issuer NEW = Issuer.ec("new");
    private static final String FROM_OLD = OLD.token("{}");
    private static final String FROM_NEW = NEW.token("{}");
    private static final TokenVerdict PROVEN = new TokenVerdict.Proven("{}");

    private final HandClock clock = new HandClock();
    private final PublishedKeys source = new PublishedKeys(OLD);
    private final TokenDesk desk = new TokenDesk(source, clock);

    @Test
    void freshKeysAreUsedWithoutAnotherFetch() {
        // Given
        desk.verdict(FROM_OLD);
        clock.turn(Duration.ofMinutes(5));

        // When
        TokenVerdict verdict = desk.verdict(FROM_OLD);

        // Then
        assertThat(verdict).isEqualTo(PROVEN);
        assertThat(source.fetches()).isEqualTo(1);
    }

    @Test
    void olderKeysAreUsedWhileOneFetchBringsNewOnes() {
        // Given
        desk.verdict(FROM_OLD);
        clock.turn(Duration.ofMinutes(6));
        CompletableFuture<ByteString> fetch = source.keepWaiting();

        // When
        List<TokenVerdict> verdicts =
                IntStream.range(0, 50).mapToObj(_ -> desk.verdict(FROM_OLD)).toList();

        // Then
        assertThat(verdicts).containsOnly(PROVEN);
        fetch.complete(ByteString.fromString(Issuer.keySet(NEW)));
        untilProven(FROM_NEW);
        assertThat(source.fetches()).isEqualTo(2);
        assertThat(desk.verdict(FROM_OLD)).as("a key that was taken away").isEqualTo(NOT_FOUND);
    }

    @Test
    void keysOfMoreThanAnHourAreWaitedFor() {
        // Given
        desk.verdict(FROM_OLD);
        source.publish(NEW);
        clock.turn(Duration.ofMinutes(61));

        // When
        TokenVerdict verdict = desk.verdict(FROM_OLD);

        // Then
        assertThat(verdict).isEqualTo(NOT_FOUND);
        assertThat(desk.verdict(FROM_NEW)).isEqualTo(PROVEN);
    }

    @Test
    void aNewKeyIsFoundByTheFirstTokenThatNamesIt() {
        // Given
        desk.verdict(FROM_OLD);
        source.publish(OLD, NEW);
        clock.turn(Duration.ofSeconds(30));

        // When
        TokenVerdict verdict = desk.verdict(FROM_NEW);

        // Then
        assertThat(verdict).isEqualTo(PROVEN);
        assertThat(source.fetches()).isEqualTo(2);
    }

    @Test
    void aFloodOfUnknownKeysCausesOneFetchInThirtySeconds() {
        // Given
        desk.verdict(FROM_OLD);
        clock.turn(Duration.ofSeconds(30));
        List<String> tokens = IntStream.range(0, 200)
                .mapToObj(number -> OLD.token("{\"alg\":\"ES256\",\"kid\":\"unknown-%d\"}".formatted(number), "{}"))
                .toList();

        // When
        List<CompletableFuture<TokenVerdict>> first =
                tokens.stream().map(desk::asked).toList();
        first.forEach(verdict -> assertThat(await(verdict)).isEqualTo(NOT_FOUND));
        clock.turn(Duration.ofSeconds(29));
        tokens.forEach(token -> assertThat(desk.verdict(token)).isEqualTo(NOT_FOUND));

        // Then
        assertThat(source.fetches()).isEqualTo(2);
        clock.turn(Duration.ofSeconds(1));
        tokens.forEach(token -> assertThat(desk.verdict(token)).isEqualTo(NOT_FOUND));
        assertThat(source.fetches()).isEqualTo(3);
    }

    @Test
    void aFloodOfUnknownKeysDoesNotPressASourceThatIsDown() {
        // Given
        desk.verdict(FROM_OLD);
        source.fail();

        // When
        IntStream.range(0, 60).forEach(_ -> {
            clock.turn(Duration.ofSeconds(1));
            assertThat(desk.verdict(FROM_NEW)).isEqualTo(NOT_FOUND);
        });

        // Then
        assertThat(source.fetches()).isEqualTo(3);
        assertThat(desk.verdict(FROM_OLD)).isEqualTo(PROVEN);
    }

    @Test
    void manyTokensAtOnceCauseOneFetch() {
        // Given
        CompletableFuture<ByteString> fetch = source.keepWaiting();
        List<CompletableFuture<TokenVerdict>> asked =
                Stream.generate(() -> desk.asked(FROM_OLD)).limit(200).toList();

        // When
        fetch.complete(ByteString.fromString(Issuer.keySet(OLD)));

        // Then
        asked.forEach(verdict -> assertThat(await(verdict)).isEqualTo(PROVEN));
        assertThat(source.fetches()).isEqualTo(1);
    }

    @Test
    void rulesWithTheSameUrlShareOneFetch() {
        // Given
        TokenDesk two = new TokenDesk(source, clock, TokenDesk.RULE, TokenDesk.RULE);

        // When
        TokenVerdict verdict = two.verdict(FROM_NEW);

        // Then
        assertThat(verdict).isEqualTo(NOT_FOUND);
        assertThat(source.fetches()).isEqualTo(1);
    }

    @Test
    void onlySoManyWaitForOneSet() {
        // Given
        CompletableFuture<ByteString> fetch = source.keepWaiting();
        List<CompletableFuture<TokenVerdict>> asked = Stream.generate(() -> desk.asked(FROM_OLD))
                .limit(TokenSettings.Ages.DEFAULTS.waiters())
                .toList();

        // When
        CompletableFuture<TokenVerdict> oneMore = desk.asked(FROM_OLD);

        // Then
        assertThat(oneMore).isCompletedWithValueMatching(TokenVerdict.Unavailable.class::isInstance);
        fetch.complete(ByteString.fromString(Issuer.keySet(OLD)));
        asked.forEach(verdict -> assertThat(await(verdict)).isNotEqualTo(NOT_FOUND));
    }

    @Test
    void oldKeysAreUsedWhileTheSourceIsDownButNotForEver() {
        // Given
        desk.verdict(FROM_OLD);
        source.fail();

        // When / Then
        for (int minute = 6; minute <= 60; minute += 6) {
            clock.turn(Duration.ofMinutes(6));
            assertThat(desk.verdict(FROM_OLD)).isEqualTo(PROVEN);
        }
        clock.turn(Duration.ofMinutes(1));
        assertThat(desk.verdict(FROM_OLD)).isInstanceOf(TokenVerdict.Unavailable.class);
        source.publish(OLD);
        clock.turn(Duration.ofMinutes(1));
        assertThat(desk.verdict(FROM_OLD)).isEqualTo(PROVEN);
    }

    @Test
    void aFailedSourceIsLeftAloneForAMomentThatGrows() {
        // Given
        source.fail();
        TokenVerdict first = desk.verdict(FROM_OLD);

        // When
        IntStream.range(0, 20).forEach(_ -> assertThat(desk.verdict(FROM_OLD)).isEqualTo(first));

        // Then
        assertThat(first).isInstanceOf(TokenVerdict.Unavailable.class);
        assertThat(source.fetches()).isEqualTo(1);
        clock.turn(Duration.ofSeconds(1));
        desk.verdict(FROM_OLD);
        assertThat(source.fetches()).isEqualTo(2);
        clock.turn(Duration.ofSeconds(1));
        desk.verdict(FROM_OLD);
        assertThat(source.fetches()).isEqualTo(2);
        clock.turn(Duration.ofSeconds(1));
        desk.verdict(FROM_OLD);
        assertThat(source.fetches()).isEqualTo(3);
    }

    @Test
    void aSourceThatNeverAnswersIsGivenUp() {
        // Given
        source.keepWaiting();

        // When
        TokenVerdict verdict = desk.verdict(FROM_OLD);

        // Then
        assertThat(verdict).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    @Test
    void aFaultOfTheSourceIsNoFaultOfTheAuthority() {
        // Given
        TokenDesk faulty = new TokenDesk(
                _ -> {
                    throw new IllegalStateException("a fault");
                },
                clock);

        // When / Then
        assertThat(faulty.verdict(FROM_OLD)).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    @Test
    void aSetWithoutKeysEndsAllTokens() {
        // Given
        desk.verdict(FROM_OLD);
        source.publishText("{\"keys\":[]}");
        clock.turn(Duration.ofHours(2));

        // When / Then
        assertThat(desk.verdict(FROM_OLD)).isEqualTo(NOT_FOUND);
    }

    @Test
    void oneSourceThatIsDownDoesNotHideThatAnotherAccepts() {
        // Given
        KeySetUrl down = KeySetUrl.parse("https://down.example/").orElseThrow();
        PublishedKeys working = new PublishedKeys(OLD);
        TokenDesk two = new TokenDesk(
                url -> url.equals(down)
                        ? CompletableFuture.failedStage(new IllegalStateException("down"))
                        : working.fetch(url),
                clock,
                TokenDesk.rule(down),
                TokenDesk.RULE);

        // When / Then
        assertThat(two.verdict(FROM_OLD)).isEqualTo(PROVEN);
        assertThat(two.verdict(FROM_NEW)).isInstanceOf(TokenVerdict.Unavailable.class);
    }

    @Test
    void aClockThatIsSetBackMakesKeysOldAndHoldsNobodyUp() {
        // Given
        desk.verdict(FROM_OLD);
        source.publish(NEW);
        clock.turn(Duration.ofDays(-1));

        // When
        TokenVerdict verdict = desk.verdict(FROM_NEW);

        // Then
        assertThat(verdict).isEqualTo(PROVEN);
    }

    @Test
    void theSetThatWasNotUsedForLongestMakesRoom() {
        // Given
        TokenSettings.Ages ages = TokenSettings.Ages.DEFAULTS;
        TokenSettings few = new TokenSettings(
                1_000,
                Duration.ZERO,
                1,
                1,
                new TokenSettings.Ages(ages.fresh(), ages.kept(), ages.refetch(), 2, ages.waiters()),
                TokenSettings.Fetching.DEFAULTS);
        KeySetCache cache = new KeySetCache(source, few, clock);
        List<KeySetUrl> urls = Stream.of("a", "b", "c")
                .map(name -> KeySetUrl.parse("https://" + name + ".example/"))
                .flatMap(Optional::stream)
                .toList();
        KeySetEntry first = cache.of(urls.get(0));
        clock.turn(Duration.ofSeconds(1));
        KeySetEntry second = cache.of(urls.get(1));

        // When
        cache.of(urls.get(2));

        // Then
        assertThat(cache.size()).isEqualTo(2);
        assertThat(cache.of(urls.get(1))).isSameAs(second);
        assertThat(cache.of(urls.get(0))).isNotSameAs(first);
    }

    private void untilProven(String token) {
        CountDownLatch never = new CountDownLatch(1);
        for (int look = 0; look < 1_000 && !desk.verdict(token).equals(PROVEN); look++) {
            try {
                never.await(10, TimeUnit.MILLISECONDS);
            } catch (InterruptedException impatient) {
                throw new AssertionError(impatient);
            }
        }
    }
}
