package dev.reveille.gateway.sql.values;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBytesTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 9, 10, 11, 99, 100, 4_294_967_295L, -1, -10, Long.MAX_VALUE, Long.MIN_VALUE})
    void aNumberIsSpelledAsEverywhere(long value) {
        assertThat(new JsonBytes(1).number(value).take(1).utf8String()).isEqualTo(Long.toString(value));
    }

    @Test
    void aNumberStandsBehindWhatWasThereBefore() {
        assertThat(new JsonBytes(4)
                        .put('[')
                        .number(907)
                        .put(',')
                        .number(12)
                        .take(0)
                        .utf8String())
                .isEqualTo("[907,12");
    }
}
