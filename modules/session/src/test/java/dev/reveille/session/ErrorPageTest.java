package dev.reveille.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramRefusal;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.session.access.AccessVerdict;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever adds a way to fail explains it to those who meet it. */
class ErrorPageTest {

    @Test
    void everyFailureOfASessionIsExplained() throws Exception {
        // Given
        List<SessionFailure> failures = new ArrayList<>(List.of(SessionFailure.Plain.values()));
        failures.addAll(withFacts());

        // When
        List<ErrorPage.Entry> told = failures.stream()
                .map(failure -> new ErrorPage.Entry(failure.sqlState(), failure.clientText()))
                .toList();

        // Then
        assertThat(ErrorPage.read().entries()).containsAll(told);
        assertThat(kinds(failures)).as("an example of each kind").containsAll(kindsOf(SessionFailure.class));
    }

    @Test
    void everyReasonToTurnAClientAwayIsExplained() throws Exception {
        // Given
        List<AccessVerdict.Refused> verdicts = verdicts();

        // When
        List<ErrorPage.Entry> told = verdicts.stream()
                .map(verdict -> new SessionFailure.AccessDenied(verdict.clientText()))
                .map(failure -> new ErrorPage.Entry(failure.sqlState(), failure.clientText()))
                .toList();

        // Then
        assertThat(ErrorPage.read().entries()).containsAll(told);
        assertThat(kinds(verdicts)).containsAll(kindsOf(AccessVerdict.Refused.class));
    }

    @Test
    void nobodyIsSentToPagesOfOthers() {
        // Given
        Stream<String> failures = Stream.concat(Stream.of(SessionFailure.Plain.values()), withFacts().stream())
                .flatMap(failure -> Stream.concat(Stream.of(failure.clientText()), failure.hint().stream()));
        Stream<String> verdicts = verdicts().stream().map(AccessVerdict.Refused::clientText);

        // Then
        assertThat(Stream.concat(failures, verdicts)).noneMatch(text -> text.contains("://") || text.contains("Neon"));
        assertThat(SessionFailure.Plain.ENDPOINT_MISSING.hint().orElseThrow()).contains("docs/connecting.md");
    }

    @Test
    void everyScramRefusalIsExplained() throws Exception {
        // Given
        List<ScramRefusal> refusals = List.of(
                new ScramRefusal.Malformed("FACT"),
                new ScramRefusal.PlusNotUsed(),
                new ScramRefusal.ChannelDataMismatch(),
                new ScramRefusal.UnsupportedBinding("NAME"));

        // When
        List<ErrorPage.Entry> told = refusals.stream()
                .map(refusal -> new SessionFailure.AuthenticationBroken(refusal.clientText(), "FACT"))
                .map(failure -> new ErrorPage.Entry(failure.sqlState(), failure.clientText()))
                .toList();

        // Then
        assertThat(ErrorPage.read().entries()).containsAll(told);
        assertThat(kinds(refusals)).containsAll(kindsOf(ScramRefusal.class));
    }

    private static List<AccessVerdict.Refused> verdicts() {
        return List.of(
                new AccessVerdict.AddressNotAllowed(InetAddress.ofLiteral("192.0.2.7")),
                new AccessVerdict.NetworkBlocked(),
                new AccessVerdict.PrivateLinkMissing(),
                new AccessVerdict.PrivateLinkNotAllowed("LINK"));
    }

    /** An example of each kind, with the facts as the page writes them. */
    private static List<SessionFailure> withFacts() {
        return List.of(
                new SessionFailure.UnsupportedProtocol(new ProtocolVersion(2, 0)),
                new SessionFailure.ParameterTwice("NAME"),
                new SessionFailure.EndpointsDiffer("NAME", "OTHER"),
                new SessionFailure.EndpointMalformed("NAME"),
                new SessionFailure.AccessDenied(new AccessVerdict.NetworkBlocked().clientText()),
                new SessionFailure.PasswordFailed(new RoleName("ROLE")),
                new SessionFailure.AuthenticationBroken("authentication protocol violation", "FACT"),
                new SessionFailure.ControlPlaneRefused("Control plane request failed", "FACT", true),
                new SessionFailure.ComputeUnreachable("nowhere:1: refused"),
                new SessionFailure.ComputeBabbled("FACT"),
                new SessionFailure.ComputeLoginImpossible("FACT"));
    }

    private static Set<Class<?>> kinds(List<?> examples) {
        return examples.stream().map(Object::getClass).collect(Collectors.toSet());
    }

    /** All but the one whose words are the compute's own. */
    private static List<Class<?>> kindsOf(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .filter(kind -> kind != SessionFailure.ComputeRefused.class)
                .<Class<?>>flatMap(Stream::of)
                .toList();
    }
}
