package dev.reveille.protocol.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointKeyTest {

    private static final EndpointId ENDPOINT = new EndpointId("ep-a");

    @Test
    void theOrderOfOptionsDoesNotMatter() {
        ComputeOption one = new ComputeOption("lsn", "0/1");
        ComputeOption two = new ComputeOption("lsn", "0/2");
        ComputeOption type = new ComputeOption("endpoint_type", "read_only");

        assertThat(new EndpointKey(ENDPOINT, List.of(two, type, one)))
                .isEqualTo(new EndpointKey(ENDPOINT, List.of(one, two, type)));
    }

    @Test
    void optionsAndSuffixesMakeAnotherKey() {
        assertThat(new EndpointKey(ENDPOINT, List.of(new ComputeOption("lsn", "0/1"))))
                .isNotEqualTo(EndpointKey.of(ENDPOINT));
        assertThat(EndpointKey.of(new EndpointId("ep-a-pooler"))).isNotEqualTo(EndpointKey.of(ENDPOINT));
    }

    @Test
    void aKeyIsPrintedWithItsOptionsSorted() {
        assertThat(new EndpointKey(
                        ENDPOINT,
                        List.of(new ComputeOption("lsn", "0/2"), new ComputeOption("endpoint_type", "read_write"))))
                .hasToString("ep-a endpoint_type:read_write lsn:0/2");
    }

    @Test
    void rolesAndDatabasesNeedNames() {
        assertThatThrownBy(() -> new RoleName("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DatabaseName("")).isInstanceOf(IllegalArgumentException.class);
    }
}
