package dev.reveille.protocol.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.ComputeOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartupOptionsTest {

    @Test
    void tokensAreSplitAtBlanksOfFiveKinds() {
        assertThat(StartupOptions.parse(" a\tb\nc\fd\re ").tokens()).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void aVerticalTabIsNoBlank() {
        assertThat(StartupOptions.parse("a\u000Bb").tokens()).containsExactly("a\u000Bb");
    }

    @Test
    void anEscapedBlankBelongsToItsTokenAndStaysEscaped() {
        assertThat(StartupOptions.parse("-c a=\\ b").tokens()).containsExactly("-c", "a=\\ b");
        assertThat(StartupOptions.parse("\\  project=foo \\ ").tokens()).containsExactly("\\ ", "project=foo", "\\ ");
    }

    @Test
    void aBlankBehindAnEscapedBackslashEndsTheToken() {
        assertThat(StartupOptions.parse("a\\\\ b").tokens()).containsExactly("a\\\\", "b");
        assertThat(StartupOptions.parse("a\\\\\\ b").tokens()).containsExactly("a\\\\\\ b");
    }

    @Test
    void aLonelyBackslashAtTheEndIsKept() {
        assertThat(StartupOptions.parse("a \\").tokens()).containsExactly("a", "\\");
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoint=blue-sky-42", "project=blue-sky-42", "-c a=b project=blue-sky-42 -c c=d"})
    void anEndpointIsFoundInEitherSpelling(String options) {
        assertThat(StartupOptions.parse(options).endpointOption()).contains("blue-sky-42");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "project = foo",
                "Endpoint=foo",
                "-cendpoint=foo",
                "endpoint=a project=b",
                "endpoint=a endpoint=a"
            })
    void noneOrSeveralEndpointsAreNone(String options) {
        assertThat(StartupOptions.parse(options).endpointOption()).isEmpty();
    }

    @Test
    void anEmptyEndpointIsFoundToBeRefusedByWhoChecksNames() {
        assertThat(StartupOptions.parse("endpoint=").endpointOption()).contains("");
    }

    @Test
    void computeOptionsAreSortedAndDuplicatesStay() {
        assertThat(StartupOptions.parse("neon_lsn:0/2 neon_endpoint_type:read_only neon_lsn:0/1 neon_lsn:0/2")
                        .computeOptions())
                .containsExactly(
                        new ComputeOption("endpoint_type", "read_only"),
                        new ComputeOption("lsn", "0/1"),
                        new ComputeOption("lsn", "0/2"),
                        new ComputeOption("lsn", "0/2"));
    }

    @Test
    void theValueOfAComputeOptionMayHoldColons() {
        assertThat(StartupOptions.parse("neon_timestamp:2026-08-01T10:00:00Z").computeOptions())
                .containsExactly(new ComputeOption("timestamp", "2026-08-01T10:00:00Z"));
    }

    @Test
    void theKeyOfAComputeOptionMayBeInAnyAlphabet() {
        assertThat(StartupOptions.parse("neon_größe:1").computeOptions())
                .containsExactly(new ComputeOption("größe", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"neon_lsn:", "neon_:x", "neon_lsn", "Neon_lsn:x", "-cneon_lsn:x", "neon_a-b:x"})
    void whatIsNotQuiteAComputeOptionGoesToTheCompute(String token) {
        StartupOptions options = StartupOptions.parse(token);

        assertThat(options.computeOptions()).isEmpty();
        assertThat(options.forCompute()).contains(token);
    }

    @Test
    void theComputeGetsTheRestJoinedByOneBlank() {
        assertThat(StartupOptions.parse(" endpoint=x  -c\ta=\\ b neon_lsn:0/1   -c c=d project=y ")
                        .forCompute())
                .contains("-c a=\\ b -c c=d");
    }

    @Test
    void theComputeGetsNothingWhereNothingIsLeft() {
        assertThat(StartupOptions.parse("endpoint=x neon_lsn:0/1").forCompute()).isEmpty();
    }

    @Test
    void anyValueOfTheCompatibilityOptionForwardsAllParameters() {
        StartupOptions options = StartupOptions.parse("neon_proxy_params_compat:false");

        assertThat(options.forwardsAllParameters()).isTrue();
        assertThat(options.computeOptions()).noneMatch(ComputeOption::choosesCompute);
    }

    @Test
    void aChoiceOfComputeMakesASessionEphemeral() {
        StartupOptions options = StartupOptions.parse("neon_query_id:7");

        assertThat(options.computeOptions()).allMatch(ComputeOption::choosesCompute);
        assertThat(options.forwardsAllParameters()).isFalse();
    }

    @Test
    void splittingWhatWasJoinedGivesTheSameTokens() {
        Random random = new Random(5_772_156);
        String alphabet = "a\\ \t=:";
        for (int round = 0; round < 10_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int at = random.nextInt(12); at > 0; at--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            StartupOptions options = StartupOptions.parse(text.toString());

            assertThat(StartupOptions.parse(options.forCompute().orElse(""))).isEqualTo(options);
        }
    }
}
