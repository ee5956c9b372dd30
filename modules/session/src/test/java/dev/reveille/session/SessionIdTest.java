package dev.reveille.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class SessionIdTest {

    private static final int MANY = 100_000;

    @RepeatedTest(20)
    void anIdIsARandomUuid() {
        assertThat(SessionId.random().value().version()).isEqualTo(4);
        assertThat(SessionId.random().value().variant()).isEqualTo(2);
    }

    @Test
    void noTwoAreTheSameWhoeverMakesThem() {
        // Given
        Set<SessionId> seen = ConcurrentHashMap.newKeySet();

        // When
        IntStream.range(0, MANY).parallel().forEach(_ -> seen.add(SessionId.random()));

        // Then
        assertThat(seen).hasSize(MANY);
    }
}
