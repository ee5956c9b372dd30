package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.node.embedded.EndpointListing.Entry;
import dev.reveille.node.embedded.EndpointListing.State;
import dev.reveille.protocol.names.EndpointId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndpointListingTest {

    private static final Entry BLUE = new Entry(
            new EndpointId("blue"), State.READY, 47_500_000, Optional.of(Instant.ofEpochSecond(1_800_000_000)));

    @Test
    void shortNamesMakeATableOfTheUsualWidth() {
        assertThat(new EndpointListing(List.of(BLUE)).format(ZoneOffset.UTC)).isEqualTo("""
                name                  state        size  last use
                blue                  ready     45.3 MB  2027-01-15 08:00:00
                """);
    }

    @Test
    void aLongNameMovesTheColumnsOfAllLines() {
        Entry longest = new Entry(new EndpointId("x".repeat(30)), State.ASLEEP, 12, Optional.empty());

        assertThat(new EndpointListing(List.of(BLUE, longest)).format(ZoneOffset.UTC))
                .isEqualTo("""
                name                            state        size  last use
                blue                            ready     45.3 MB  2027-01-15 08:00:00
                xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx  asleep       12 B  never
                """);
    }
}
