package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.BLUE;
import static dev.reveille.session.visit.TestHouse.COMPUTE;
import static dev.reveille.session.visit.TestHouse.READY;
import static dev.reveille.session.visit.TestHouse.STARTUP;
import static dev.reveille.session.visit.TestHouse.VERIFIER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.frontend.Sync;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.visit.TestHouse.Guests;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of a connection while it waits for a session: it is asked whether it lives, grows old, makes room. */
class RestingConnectionTest extends KeptStories {

    @Test
    void oneThatRestedForLongIsAskedWhetherItIsAlive() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);
        house.cacheTime.timePasses(SETTINGS.checkAfter().plusMillis(1));

        // When
        ScriptedClient second = isLetIn(STARTUP, () -> {
            first.compute().hears(Sync.class);
            first.compute().says(ParameterStatus.of("server_version", "18.1"), READY);
        });

        // Then
        second.hears(ParameterStatus.of("server_version", "18.1"));
        second.hears(BackendKeyData.class);
        second.hears(READY);
        assertThat(house.dialer.attempts()).isEqualTo(1);
    }

    @Test
    void whereItIsDeadTheComputeIsDialledAndTheOthersAreNotTrusted() {
        // Given
        Guests first = house.relaying();
        Guests other = relayingBeside();
        leavesBehind(first);
        leavesBehind(other, 2);
        house.cacheTime.timePasses(SETTINGS.checkAfter().plusMillis(1));

        // When
        isProven(STARTUP);
        other.compute().hears(Sync.class);
        other.compute().end().hangsUp();

        // Then
        house.dialer.isToDial();
        first.compute().hears(Terminate.class);
        assertThat(house.kept.checksFailed()).isEqualTo(1);
        assertThat(house.kept.resting()).isZero();
    }

    @Test
    void whereItDoesNotAnswerTheComputeIsDialled() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);
        house.cacheTime.timePasses(SETTINGS.checkAfter().plusMillis(1));
        isProven(STARTUP);
        first.compute().hears(Sync.class);

        // When
        house.timePasses(SETTINGS.checkMax());

        // Then
        house.dialer.isToDial();
    }

    @Test
    void oneThatTheComputeEndedIsGivenToNobody() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        first.compute().refuses("57P01", "terminating connection due to administrator command");

        // Then
        waitsUntilKept(0);
    }

    @Test
    void oneToAnotherComputeIsGivenToNobody() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);
        house.ready.forget(BLUE);

        // When
        isProven(STARTUP);
        house.controlPlane
                .isToWake()
                .answer()
                .complete(new Compute(new ComputeAddress("compute-2", 5432), ComputeTls.DISABLED, true));

        // Then
        house.dialer.isToDial();
        first.compute().hears(Terminate.class);
        waitsUntilKept(0);
    }

    @Test
    void whereTheComputeWasForgottenAndIsStillThereItsConnectionIsTaken() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);
        house.ready.forget(BLUE);

        // When
        ScriptedClient second =
                isLetIn(STARTUP, () -> house.controlPlane.isToWake().answer().complete(COMPUTE));

        // Then
        second.hears(VERSION);
        assertThat(house.dialer.attempts()).isEqualTo(1);
    }

    @Test
    void nobodyIsKeptForEver() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        passes(SETTINGS.restMax().plusSeconds(2));

        // Then
        first.compute().hears(Terminate.class);
        waitsUntilKept(0);
    }

    @Test
    void whatLivedTooLongIsNotKeptAgain() {
        // Given
        Guests first = house.relaying();
        house.cacheTime.timePasses(SETTINGS.lifeMax().plusSeconds(1));

        // When
        first.client().says(new Terminate());

        // Then
        first.compute().hears(Terminate.class);
    }

    @Test
    void whereAnEndpointHasNoRoomItsOldestGoes() {
        // Given
        isRebuiltWithRoomFor(1, 100);
        Guests first = house.relaying();
        Guests second = relayingBeside();
        leavesBehind(first);

        // When
        leavesBehind(second);

        // Then
        first.compute().hears(Terminate.class);
        waitsUntilKept(1);
    }

    @Test
    void aFullNodeKeepsNothingMore() {
        // Given
        isRebuiltWithRoomFor(100, 1);
        Guests first = house.relaying();
        Guests second = relayingBeside();
        leavesBehind(first);

        // When
        second.client().says(new Terminate());

        // Then
        second.compute().hears(Terminate.class);
        waitsUntilKept(1);
    }

    @Test
    void allNamesOfAnEndpointShareItsRoom() {
        // Given
        isRebuiltWithRoomFor(1, 100);
        house.controlPlane.knows("blue-pooler", "app", TestHouse.allowing(Optional.of(VERIFIER)));
        Guests first = house.relaying();
        leavesBehind(first);
        ScriptedClient client = isProven(startup("endpoint=blue-pooler neon_proxy_params_compat:x"));
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        letsIn(compute);

        // When
        client.says(new Terminate());
        forgets(compute);

        // Then
        first.compute().hears(Terminate.class);
        waitsUntilKept(1);
    }

    @Test
    void aNodeThatLeavesKeepsNothing() {
        // Given
        Guests first = house.relaying();
        Guests second = relayingBeside();
        leavesBehind(first);

        // When
        house.drains();
        second.client().end().hangsUp();

        // Then
        first.compute().hears(Terminate.class);
        second.compute().end().hearsTheEnd();
        house.isDrained();
        assertThat(house.kept.resting()).isZero();
    }

    @Test
    void aNodeThatLeavesDoesNotWaitForOneThatForgets() {
        // Given
        Guests first = house.relaying();
        first.client().says(new Terminate());
        first.client().end().hangsUp();
        isToForget(first.compute());

        // When
        house.drains();

        // Then
        house.isDrained();
        first.compute().end().hearsItBreak();
    }

    @Test
    void theUseOfTheComputeEndsWithTheSession() {
        // Given
        leavesBehind(house.relaying());

        // When
        house.isEmpty();

        // Then: a compute may sleep, whatever is kept
        assertThat(house.usage.book()).containsExactly("began blue", "ended blue");
    }

    @Test
    void whoSpeaksUnaskedWhileItRestsServesNobodyAnyMore() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        first.compute().says(row("somebody's"));

        // Then
        waitsUntilKept(0);
    }
}
