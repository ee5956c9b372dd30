package dev.reveille.gateway.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.gateway.jwt.EndpointTokens;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.access.AccessDoor;
import dev.reveille.session.access.AccessVerdict;
import dev.reveille.session.access.AddressPattern;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.ControlPlaneFailure;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class FixedControlPlaneTest {

    private static final SessionId SESSION = SessionId.random();
    private static final RoleName APP = new RoleName("app");
    private static final ScramVerifier VERIFIER = new ScramVerifier(
            4096,
            ByteString.fromArray(new byte[16]),
            ByteString.fromArray(new byte[32]),
            ByteString.fromArray(new byte[32]),
            false);
    private static final ComputeAddress ADDRESS = new ComputeAddress("127.0.0.1", 5432);
    private static final List<AddressPattern> LOOPBACK = List.of(AddressPattern.parse("127.0.0.0/8"));

    private final FixedControlPlane controlPlane = new FixedControlPlane(Map.of(
            new EndpointId("blue"), new FixedEndpoint(ADDRESS, ComputeTls.DISABLED, LOOPBACK, Map.of(APP, VERIFIER))));

    @Test
    void aListedRoleIsAnsweredWithItsVerifierAndTheListOfAddresses() {
        assertThat(access("blue", APP))
                .isEqualTo(new AccessControl(Optional.of(VERIFIER), LOOPBACK, List.of(), false, true));
    }

    @Test
    void anUnknownRoleIsHeldToTheSameAddressesAsAKnownOne() {
        assertThat(access("blue", new RoleName("mallory")))
                .isEqualTo(new AccessControl(Optional.empty(), LOOPBACK, List.of(), false, true));
    }

    @Test
    void aListOfAddressesIsNotPassedByThroughAPrivateLink() {
        assertThat(verdict(access("blue", APP), "vpce-1")).isEqualTo(new AccessVerdict.NetworkBlocked());
    }

    @Test
    void aListedLinkIsEnoughWhateverTheAddressAndAnotherIsNot() {
        FixedControlPlane linked = new FixedControlPlane(Map.of(
                new EndpointId("blue"),
                new FixedEndpoint(
                        ADDRESS, ComputeTls.DISABLED, LOOPBACK, List.of("vpce-1"), Map.of(), EndpointTokens.NONE)));
        AccessControl access = access(linked, "blue", APP);

        assertThat(verdict(access, "vpce-1")).isEqualTo(new AccessVerdict.Allowed());
        assertThat(verdict(access, "vpce-2")).isEqualTo(new AccessVerdict.PrivateLinkNotAllowed("vpce-2"));
    }

    @Test
    void anEndpointWithoutListsIsOpenThroughEveryLink() {
        FixedControlPlane open = new FixedControlPlane(
                Map.of(new EndpointId("blue"), new FixedEndpoint(ADDRESS, ComputeTls.DISABLED, List.of(), Map.of())));

        assertThat(verdict(access(open, "blue", APP), "vpce-1")).isEqualTo(new AccessVerdict.Allowed());
    }

    @Test
    void anUnknownEndpointIsNotAFailureUntilItIsWoken() {
        assertThat(access("green", APP)).isEqualTo(AccessControl.UNKNOWN);
        assertThatThrownBy(() -> wake("green").join())
                .cause()
                .isInstanceOfSatisfying(ControlPlaneFailure.class, failure -> {
                    assertThat(failure.clientText())
                            .isEqualTo("Control plane request failed: endpoint cannot be found");
                    assertThat(failure.retryable()).isFalse();
                });
    }

    @Test
    void theNameOfThePoolerLeadsToTheSameCompute() {
        assertThat(access("blue-pooler", APP).secret()).contains(VERIFIER);
        assertThat(wake("blue-pooler")).isCompletedWithValue(new Compute(ADDRESS, ComputeTls.DISABLED, false));
    }

    @Test
    void aWakeIsAnsweredAtOnceWithTheListedAddress() {
        assertThat(wake("blue")).isCompletedWithValue(new Compute(ADDRESS, ComputeTls.DISABLED, false));
    }

    private static AccessVerdict verdict(AccessControl access, String link) {
        return access.check(InetAddress.ofLiteral("192.0.2.7"), new AccessDoor.Private(Optional.of(link)));
    }

    private AccessControl access(String endpoint, RoleName role) {
        return access(controlPlane, endpoint, role);
    }

    private static AccessControl access(FixedControlPlane plane, String endpoint, RoleName role) {
        return plane.accessControl(SESSION, new EndpointId(endpoint), role)
                .toCompletableFuture()
                .join();
    }

    private CompletableFuture<Compute> wake(String endpoint) {
        return controlPlane
                .wake(SESSION, EndpointKey.of(new EndpointId(endpoint)))
                .toCompletableFuture();
    }
}
