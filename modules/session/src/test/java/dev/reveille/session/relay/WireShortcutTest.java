package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.relay.RelaySummary.End;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** When a wire leaves its sockets to each other, and when it takes them back. */
class WireShortcutTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create();
    private static final ReadyForQuery READY = new ReadyForQuery(TransactionStatus.IDLE);
    private static final Query QUERY = new Query("select 1");
    private static final ByteString NONSENSE = ByteString.fromArray(new byte[] {'Q', 0, 0, 0, 1});
    private static final ByteString TERMINATE = new Terminate().encode();
    private static final long PATIENCE_SECONDS = 10;

    private final SpliceableSocket socket = new SpliceableSocket();
    private final RunningWire running = RunningWire.relaying(TEST_KIT, socket);
    private final ScriptedClient client = running.client;
    private final ScriptedCompute compute = running.compute;

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void aRelayInWhichNothingIsHeldTakesTheShortcut() {
        // When
        client.says(QUERY);
        compute.hears(Query.class);
        compute.says(READY);
        client.hears(READY);

        // Then
        eventuallyBehindAnOrder(running, true);
    }

    @Test
    void theSocketsArePartedWhileTheSessionGivesAnOrder() {
        // Given
        CompletableFuture<Boolean> during = new CompletableFuture<>();

        // When
        running.wire.ask(System.nanoTime(), _ -> during.complete(socket.joined()));

        // Then
        assertThat(soon(during)).isFalse();
        eventuallyBehindAnOrder(running, true);
    }

    @Test
    void whatAClientHasNotTakenYetIsNotOvertaken() {
        // Given
        client.end().stopsReading();

        // When
        compute.says(READY);
        compute.says(READY);

        // Then
        eventuallyBehindAnOrder(running, false);

        // When
        client.end().readsOn();
        client.hears(READY, READY);

        // Then
        eventuallyBehindAnOrder(running, true);
    }

    @Test
    void whatCameEarlyAndAComputeHasNotTakenYetIsNotOvertaken() {
        // Given
        SpliceableSocket early = new SpliceableSocket();
        RunningWire waiting = RunningWire.attached(TEST_KIT, early);
        waiting.compute.end().stopsReading();
        waiting.wire.hearClient(100); // It reads ahead from here on.
        waiting.client.says(QUERY);
        waiting.reports(WireEvent.ClientSaid.class);
        waiting.client.says(QUERY);
        waiting.client.end().settles();

        // When
        waiting.wire.relay();
        waiting.isBusy();

        // Then
        assertThat(early.joined()).isFalse();
    }

    @Test
    void aQueryThatWaitsForACancellationIsNotOvertaken() {
        // Given
        client.says(QUERY);
        compute.hears(Query.class);
        CompletableFuture<OptionalLong> first = new CompletableFuture<>();
        running.wire.ask(System.nanoTime(), first::complete);
        long query = soon(first).orElseThrow();
        running.wire.hold(query, _ -> {});
        compute.says(READY);
        client.hears(READY);
        client.says(QUERY);
        client.end().settles();

        // When
        CompletableFuture<Boolean> another = new CompletableFuture<>();
        running.wire.hold(query + 1, another::complete); // For one that does not run: nothing more is held back for it.

        // Then
        assertThat(soon(another)).isFalse();
        running.isBusy();
        assertThat(socket.joined()).isFalse();
    }

    @Test
    void whatIsSeenOnTheShortcutIsKnownToTheWire() {
        // When
        boolean passes =
                socket.onlooker().toCompute(ByteBuffer.wrap(QUERY.encode().toArrayUnsafe()));

        // Then
        assertThat(passes).isTrue();
        assertThat(running.isBusy()).isTrue();
    }

    @Test
    void nonsenseOnTheShortcutEndsTheRelayAsUsual() {
        // When
        boolean passes = socket.onlooker().toCompute(NONSENSE.asByteBuffer());
        socket.onlooker().keptFromCompute(NONSENSE);

        // Then
        assertThat(passes).isFalse();
        assertThat(running.reportsTheEnd().end()).isEqualTo(End.CLIENT_BABBLED);
        assertThat(client.end().hearsFrame().body().decodeString(StandardCharsets.UTF_8))
                .contains("invalid message length");
        assertThat(socket.joined()).isFalse();
    }

    @Test
    void aFarewellOnTheShortcutLeavesTheConnectionToWhoeverKeepsIt() {
        // Given
        RecordingKeeper keeper = new RecordingKeeper();
        SpliceableSocket spliced = new SpliceableSocket();
        RunningWire kept = isKeptBy(keeper, spliced);

        // When
        boolean passes = spliced.onlooker().toCompute(TERMINATE.asByteBuffer());
        spliced.onlooker().keptFromCompute(TERMINATE);

        // Then
        assertThat(passes).isFalse();
        soon(keeper.kept());
        assertThat(spliced.joined()).isFalse();
        assertThat(kept.compute.end().unheard().isEmpty()).isTrue();
    }

    @Test
    void aTerminateThatPassedOnTheShortcutTakesTheConnectionAlong() {
        // Given
        RecordingKeeper keeper = new RecordingKeeper();
        SpliceableSocket spliced = new SpliceableSocket();
        RunningWire kept = isKeptBy(keeper, spliced);
        ByteString inOneBreath = QUERY.encode().concat(TERMINATE);

        // When
        boolean passes = spliced.onlooker().toCompute(inOneBreath.asByteBuffer());
        kept.compute.says(READY);
        kept.client.hears(READY);
        kept.client.end().hangsUp();

        // Then
        assertThat(passes).isTrue();
        assertThat(kept.reportsSoFarUntilTheEnd().end()).isEqualTo(End.CLIENT_TERMINATED);
        assertThat(keeper.kept()).isNotDone();
    }

    private static RunningWire isKeptBy(LinkKeeper keeper, SpliceableSocket spliced) {
        RunningWire kept = RunningWire.attached(TEST_KIT, spliced);
        kept.wire.relay(Optional.of(keeper));
        kept.isBusy();
        return kept;
    }

    private static <T> T soon(CompletableFuture<T> answer) {
        return answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Behind each order the shortcut is taken, where it can be. */
    private void eventuallyBehindAnOrder(RunningWire wire, boolean joined) {
        TEST_KIT.createTestProbe().awaitAssert(() -> {
            wire.isBusy();
            assertThat(socket.joined()).isEqualTo(joined);
            return true;
        });
    }
}
