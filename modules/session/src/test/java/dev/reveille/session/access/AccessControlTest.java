package dev.reveille.session.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessControlTest {

    private static final InetAddress CLIENT = InetAddress.ofLiteral("127.0.0.1");
    private static final AccessDoor PUBLIC = new AccessDoor.Public();

    @ParameterizedTest
    @CsvSource({"'', true", "127.0.0.1, true", "8.8.8.8, false", "88.8.8 127.0.0.1, true", "255.255.255.255, false"})
    void thePublicDoorAsksForTheAddress(String list, boolean allowed) {
        // Given
        AccessControl access = allowing(list);

        // When
        AccessVerdict verdict = access.check(CLIENT, PUBLIC);

        // Then
        assertThat(verdict)
                .isEqualTo(
                        allowed
                                ? new AccessVerdict.Allowed()
                                : new AccessVerdict.AddressNotAllowed(InetAddress.ofLiteral("127.0.0.1")));
    }

    @Test
    void aListOfGarbageLetsNobodyIn() {
        assertThat(allowing("everybody 1.2.3").check(CLIENT, PUBLIC)).isInstanceOf(AccessVerdict.Refused.class);
    }

    @Test
    void aShutPublicDoorRefusesEvenAnAllowedAddress() {
        // Given
        AccessControl access =
                new AccessControl(Optional.empty(), List.of(AddressPattern.parse("127.0.0.1")), List.of(), true, false);

        // Then
        assertThat(access.check(CLIENT, PUBLIC)).isEqualTo(new AccessVerdict.NetworkBlocked());
    }

    @Test
    void thePrivateDoorAsksForTheLinkAndNotForTheAddress() {
        // Given
        AccessControl access = new AccessControl(
                Optional.empty(), List.of(AddressPattern.parse("8.8.8.8")), List.of("vpce-1", "42"), true, false);

        // Then
        assertThat(access.check(CLIENT, through("vpce-1"))).isEqualTo(new AccessVerdict.Allowed());
        assertThat(access.check(CLIENT, through("42"))).isEqualTo(new AccessVerdict.Allowed());
        assertThat(access.check(CLIENT, through("vpce-2")))
                .isEqualTo(new AccessVerdict.PrivateLinkNotAllowed("vpce-2"));
        assertThat(access.check(CLIENT, new AccessDoor.Private(Optional.empty())))
                .isEqualTo(new AccessVerdict.PrivateLinkMissing());
    }

    @Test
    void anEmptyListOfLinksLetsEveryLinkInUnlessTheDoorIsShut() {
        // Given
        AccessControl open = new AccessControl(Optional.empty(), List.of(), List.of(), false, false);
        AccessControl shut = new AccessControl(Optional.empty(), List.of(), List.of(), false, true);

        // Then
        assertThat(open.check(CLIENT, through("vpce-9"))).isEqualTo(new AccessVerdict.Allowed());
        assertThat(shut.check(CLIENT, through("vpce-9"))).isEqualTo(new AccessVerdict.NetworkBlocked());
    }

    @Test
    void theRefusalsSpeakTheWordsThatOperatorsSearchFor() {
        assertThat(new AccessVerdict.AddressNotAllowed(InetAddress.ofLiteral("::1")).clientText())
                .isEqualTo("This IP address ::1 is not allowed to connect to this endpoint. Please add it to the"
                        + " endpoint's allowed list. Make sure to check for IPv4 or IPv6 addresses.");
        assertThat(new AccessVerdict.NetworkBlocked().clientText())
                .isEqualTo("This connection is trying to access this endpoint from a blocked network.");
        assertThat(new AccessVerdict.PrivateLinkMissing().clientText())
                .isEqualTo("VPC endpoint ID is not specified. This endpoint requires a VPC endpoint ID to connect.");
        assertThat(new AccessVerdict.PrivateLinkNotAllowed("vpce-2").clientText())
                .isEqualTo(
                        "This VPC endpoint id vpce-2 is not allowed to connect to this endpoint. Please add it to the"
                                + " endpoint's allowed list.");
    }

    private static AccessControl allowing(String list) {
        List<AddressPattern> patterns = Stream.of(list.split(" "))
                .filter(text -> !text.isEmpty())
                .map(AddressPattern::parse)
                .toList();
        return new AccessControl(Optional.empty(), patterns, List.of(), false, false);
    }

    private static AccessDoor through(String link) {
        return new AccessDoor.Private(Optional.of(link));
    }
}
