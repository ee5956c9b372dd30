package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.READY;
import static dev.reveille.session.visit.TestHouse.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.kit.ScriptedClient;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.fakes.ScriptedDelivery;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cancel request hits the query that ran when it was heard, or none; and its sender always hears the end. */
class RightQueryTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Query FIRST = new Query("select pg_sleep(3600)");
    private static final Query SECOND = new Query("select pg_sleep(0.005)");

    private final TestHouse house = new TestHouse();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void theNextQueryDoesNotReachTheComputeWhileACancellationIsOnItsWayThere() {
        // Given
        TestHouse.Guests guests = running(FIRST);
        house.visitor().says(guests.cancelRequest());
        ScriptedDelivery.Errand errand = house.delivery.isToDeliver();
        ends(guests);

        // When
        guests.client().says(SECOND);
        guests.client().end().settles();
        boolean kept = guests.compute().end().unheard().isEmpty();
        errand.isDone();

        // Then
        assertThat(kept).isTrue();
        assertThat(guests.compute().hears(Query.class)).isEqualTo(SECOND);
    }

    @Test
    void aCancellationThatFailsHoldsNoQueryBack() {
        // Given
        TestHouse.Guests guests = running(FIRST);
        ScriptedClient canceller = house.visitor();
        canceller.says(guests.cancelRequest());
        ScriptedDelivery.Errand errand = house.delivery.isToDeliver();
        ends(guests);
        guests.client().says(SECOND);

        // When
        errand.end().completeExceptionally(new IllegalStateException("unreachable"));

        // Then
        assertThat(guests.compute().hears(Query.class)).isEqualTo(SECOND);
        canceller.end().hearsTheEnd();
    }

    @Test
    void twoRequestsForOneQueryMakeOneConnectionToTheCompute() {
        // Given
        TestHouse.Guests guests = running(FIRST);
        ScriptedClient one = house.visitor();
        one.says(guests.cancelRequest());
        ScriptedDelivery.Errand errand = house.delivery.isToDeliver();
        ScriptedClient other = house.visitor();
        other.says(guests.cancelRequest());
        other.end().settles();

        // When
        errand.isDone();
        one.end().hearsTheEnd();
        ends(guests);
        house.timePassesUntilGone(other, SETTINGS.cancelPause());

        // Then
        other.end().hearsTheEnd();
        assertThat(house.delivery.errands()).isEqualTo(1);
    }

    @Test
    void aQueryThatRunsOnIsCancelledAgainAfterAPause() {
        // Given
        TestHouse.Guests guests = running(FIRST);
        ScriptedClient one = house.visitor();
        one.says(guests.cancelRequest());
        house.delivery.isToDeliver().isDone();
        one.end().hearsTheEnd();

        // When
        house.visitor().says(guests.cancelRequest());

        // Then
        house.delivery.isToDeliverAfter(house.inSteps(SETTINGS.cancelPause()));
    }

    @Test
    void theNextQueryIsCancelledWithoutAPause() {
        // Given
        TestHouse.Guests guests = running(FIRST);
        ScriptedClient one = house.visitor();
        one.says(guests.cancelRequest());
        house.delivery.isToDeliver().isDone();
        one.end().hearsTheEnd();
        ends(guests);
        guests.client().says(SECOND);
        guests.compute().hears(Query.class);

        // When
        house.visitor().says(guests.cancelRequest());

        // Then
        house.delivery.isToDeliver();
    }

    /** As it may be when the request was long on its way from another node. */
    @Test
    void aRequestThatWasHeardBeforeTheQueryBeganDoesNotMeanIt() {
        // Given
        TestHouse.Guests guests = house.relaying();
        CancelOrigin before = origin();
        guests.client().says(FIRST);
        guests.compute().hears(Query.class);

        // When
        CompletableFuture<Void> late = cancels(guests, before);
        assertThat(late).succeedsWithin(SOON);
        int errands = house.delivery.errands();
        cancels(guests, origin());

        // Then
        house.delivery.isToDeliver();
        assertThat(errands).isZero();
    }

    @Test
    void whoAsksHearsTheEndWhenTheSessionEndsWhileTheControlPlaneThinks() {
        // Given
        TestHouse.Guests guests = running(FIRST);
        house.controlPlane.holdsBack();
        house.cacheTime.timePasses(Duration.ofMinutes(5));
        CompletableFuture<Void> handled = cancels(guests, origin());
        house.controlPlane.isAsked();

        // When
        guests.client().end().breaks();

        // Then
        assertThat(handled).succeedsWithin(SOON);
    }

    @Test
    void whoAsksHearsTheEndOfACancellationThatOutlivesItsSession() {
        // Given
        TestHouse.Guests guests = running(FIRST);
        CompletableFuture<Void> handled = cancels(guests, origin());
        ScriptedDelivery.Errand errand = house.delivery.isToDeliver();
        ends(guests);

        // When
        guests.client().says(new Terminate());
        guests.client().end().hangsUp();
        house.isEmpty();
        boolean before = handled.isDone();
        errand.isDone();

        // Then
        assertThat(before).isFalse();
        assertThat(handled).succeedsWithin(SOON);
        assertThat(house.delivery.errands()).isEqualTo(1);
    }

    @Test
    void aCleanEndCostsNoConnectionToTheCompute() {
        // Given
        TestHouse.Guests guests = running(FIRST);
        ends(guests);

        // When
        guests.client().says(new Terminate());
        guests.compute().hears(Terminate.class);
        guests.client().end().hangsUp();
        guests.compute().end().hangsUp();
        house.isEmpty();

        // Then
        assertThat(house.delivery.errands()).isZero();
    }

    @Test
    void whoCameThroughAPrivateLinkIsNotCancelledThroughThePublicDoor() {
        // Given
        TestHouse.Guests guests = house.relaying(TestHouse.through("vpce-1"), TestHouse.STARTUP);
        guests.client().says(FIRST);
        guests.compute().hears(Query.class);

        // When
        ScriptedClient outside = house.visitor();
        outside.says(guests.cancelRequest());
        outside.end().hearsTheEnd();
        int errands = house.delivery.errands();
        house.visitor(TestHouse.through("vpce-2")).says(guests.cancelRequest());

        // Then
        house.delivery.isToDeliver();
        assertThat(errands).isZero();
    }

    @Test
    void aPrivateLinkThatMayNotLogInMayNotCancelEither() {
        // Given
        TestHouse.Guests guests = running(FIRST);
        house.controlPlane.knows(
                "blue",
                "app",
                new AccessControl(Optional.of(TestHouse.VERIFIER), List.of(), List.of("vpce-1"), false, false));
        house.cacheTime.timePasses(Duration.ofMinutes(5));

        // When
        ScriptedClient canceller = house.visitor(TestHouse.through("vpce-2"));
        canceller.says(guests.cancelRequest());

        // Then
        canceller.end().hearsTheEnd();
        assertThat(house.delivery.errands()).isZero();
    }

    private TestHouse.Guests running(Query query) {
        TestHouse.Guests guests = house.relaying();
        guests.client().says(query);
        guests.compute().hears(Query.class);
        return guests;
    }

    private static void ends(TestHouse.Guests guests) {
        guests.compute().says(READY);
        guests.client().hears(READY);
    }

    private static CancelOrigin origin() {
        return new CancelOrigin(InetAddress.getLoopbackAddress(), Optional.empty());
    }

    private CompletableFuture<Void> cancels(TestHouse.Guests guests, CancelOrigin origin) {
        CompletableFuture<Void> handled = new CompletableFuture<>();
        CancelKey key = new CancelKey(guests.key().processId(), guests.key().secretKey());
        house.cancelKeys.holder(key).orElseThrow().cancel(origin, () -> handled.complete(null));
        return handled;
    }
}
