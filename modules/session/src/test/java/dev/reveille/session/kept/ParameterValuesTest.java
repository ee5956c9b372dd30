package dev.reveille.session.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.backend.ParameterStatus;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class ParameterValuesTest {

    private static final ParameterStatus ENCODING = ParameterStatus.of("client_encoding", "UTF8");
    private static final ParameterStatus ZONE = ParameterStatus.of("TimeZone", "UTC");
    private static final ParameterStatus STYLE = ParameterStatus.of("DateStyle", "ISO");

    @Test
    void aNewParameterComesLast() {
        assertThat(values(ENCODING, ZONE).with(STYLE.body())).contains(values(ENCODING, ZONE, STYLE));
        assertThat(ParameterValues.NONE.with(ZONE.body())).contains(values(ZONE));
    }

    @Test
    void aChangedOneKeepsItsPlace() {
        ParameterStatus tokyo = ParameterStatus.of("TimeZone", "Asia/Tokyo");

        assertThat(values(ENCODING, ZONE, STYLE).with(tokyo.body())).contains(values(ENCODING, tokyo, STYLE));
        assertThat(values(ZONE, STYLE).with(tokyo.body())).contains(values(tokyo, STYLE));
        assertThat(values(STYLE, ZONE).with(tokyo.body())).contains(values(STYLE, tokyo));
    }

    @Test
    void whatMakesNoSenseIsNotRemembered() {
        assertThat(values(ZONE).with(ByteString.fromString("no terminator"))).isEmpty();
        assertThat(values(ZONE).with(ByteString.emptyByteString())).isEmpty();
    }

    @Test
    void nothingGrowsWithoutBound() {
        ParameterStatus oneTooMany = ParameterStatus.of("a", "x".repeat(ParameterValues.LENGTH_MAX - 10));

        assertThat(ParameterValues.NONE.with(oneTooMany.body())).isPresent();
        assertThat(values(oneTooMany).with(ZONE.body())).isEmpty();
    }

    private static ParameterValues values(ParameterStatus... messages) {
        return new ParameterValues(Arrays.stream(messages)
                .map(ParameterStatus::encode)
                .reduce(ByteString.emptyByteString(), ByteString::concat)
                .compact());
    }
}
