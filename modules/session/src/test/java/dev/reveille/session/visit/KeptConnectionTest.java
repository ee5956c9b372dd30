package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.BLUE;
import static dev.reveille.session.visit.TestHouse.COMPUTE;
import static dev.reveille.session.visit.TestHouse.COMPUTES_KEY;
import static dev.reveille.session.visit.TestHouse.PASSWORD;
import static dev.reveille.session.visit.TestHouse.READY;
import static dev.reveille.session.visit.TestHouse.STARTUP;
import static dev.reveille.session.visit.TestHouse.VERIFIER;
import static dev.reveille.session.visit.TestHouse.clearText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.NotificationResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Sync;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.kept.KeepSettings;
import dev.reveille.session.kept.KeepSettings.Whose;
import dev.reveille.session.visit.TestHouse.Guests;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A compute's connection outlives its session, and serves the next that is the same to the compute. */
class KeptConnectionTest {

    private static final KeepSettings SETTINGS = KeepSettings.DEFAULTS.keepingFor(Whose.EVERYBODY);
    private static final Query QUERY = new Query("select 1");
    private static final ParameterStatus VERSION = ParameterStatus.of("server_version", "18.0");
    private static final Pattern MARK = Pattern.compile("'([0-9a-f]{16})'");
    private static final ReadyForQuery IN_TRANSACTION = new ReadyForQuery(TransactionStatus.IN_TRANSACTION);

    private TestHouse house = new TestHouse(SETTINGS);

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void whoComesAfterAnotherFindsItsConnection() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        ScriptedClient second = isLetIn(STARTUP);

        // Then: nobody dialled, and nothing was said to the compute on the second's behalf before its query
        second.hears(VERSION);
        second.hears(BackendKeyData.class);
        second.hears(READY);
        second.says(QUERY);
        first.compute().hears(Query.class);
        first.compute().says(new CommandComplete("SELECT 1"), READY);
        second.hears(new CommandComplete("SELECT 1"), READY);
        assertThat(house.dialer.attempts()).isEqualTo(1);
        assertThat(house.kept.reused()).isEqualTo(1);
    }

    @Test
    void theCancelKeyIsTheNextOnesOwn() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        ScriptedClient second = isLetIn(STARTUP);
        second.hears(VERSION);
        BackendKeyData key = second.hears(BackendKeyData.class);
        second.hears(READY);
        second.says(QUERY);
        first.compute().hears(Query.class);
        ScriptedClient canceller = house.visitor();
        canceller.says(new Guests(second, first.compute(), key).cancelRequest());

        // Then
        assertThat(key.secretKey()).isNotEqualTo(first.key().secretKey());
        assertThat(house.delivery.isToDeliver().target().secretKey()).isEqualTo(COMPUTES_KEY.secretKey());
    }

    @Test
    void whoSaysFarewellAndDoesNotGoHasNoPartInItsConnectionAnyMore() {
        // Given
        Guests first = house.relaying();
        first.client().says(new Terminate());
        forgets(first.compute());
        waitsUntilKept(1);

        // When: whatever it says now is for nobody
        first.client().says(QUERY);
        ScriptedClient canceller = house.visitor();
        canceller.says(first.cancelRequest());
        canceller.end().hearsTheEnd();
        house.holdsKeys(0);
        house.timePasses(SETTINGS.goodbyeMax().minusMillis(1));
        house.holds(1);
        house.timePasses(Duration.ofMillis(1));
        first.client().end().hearsTheEnd();

        // Then
        isLetIn(STARTUP).hears(VERSION);
        house.holds(1);
        assertThat(first.compute().end().unheard().isEmpty()).isTrue();
        assertThat(house.delivery.errands()).isZero();
    }

    @Test
    void aWebSocketIsClosedAtOnceBehindItsFarewell() {
        // Given
        ScriptedClient client = house.visitor(TestHouse.webSocket());
        client.says(STARTUP);
        client.hears(AuthenticationCleartextPassword.class);
        client.says(new PasswordMessage(ByteString.fromString(PASSWORD)));
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        letsIn(compute);
        client.hears(AuthenticationOk.class);
        client.hears(VERSION);
        client.hears(BackendKeyData.class);
        client.hears(READY);

        // When
        client.says(new Terminate());

        // Then
        client.end().hearsTheEnd();
        forgets(compute);
        waitsUntilKept(1);
    }

    @Test
    void aParameterThatWasSaidTwiceIsHeardAsItWasSaidLast() {
        // Given
        ScriptedClient client = isProven(STARTUP);
        house.controlPlane.isToWake().answer().complete(COMPUTE);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.says(ParameterStatus.of("DateStyle", "ISO"), ParameterStatus.of("DateStyle", "German"));
        compute.greets(COMPUTES_KEY);

        // When
        client.says(new Terminate());
        String mark = isToForget(compute);
        compute.says(ParameterStatus.of("DateStyle", "ISO"), row(mark), READY);
        waitsUntilKept(1);

        // Then
        isLetIn(STARTUP).hears(ParameterStatus.of("DateStyle", "ISO"), VERSION);
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

    @Test
    void whoSaysFarewellTogetherWithItsProofIsServedAndLeavesItBehind() {
        // Given
        ScriptedClient client = isProven(STARTUP);
        client.says(new Terminate());
        house.controlPlane.isToWake().answer().complete(COMPUTE);

        // When
        ScriptedCompute compute = house.dialer.isToDial().connects();
        letsIn(compute);

        // Then
        forgets(compute);
        waitsUntilKept(1);
    }

    @Test
    void nobodyButTheSessionMayCancelOnAConnectionThatIsKept() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        ScriptedClient second = isLetIn(STARTUP);
        second.hears(VERSION);
        second.hears(BackendKeyData.class);
        relayingBeside();

        // Then: neither of one that was opened nor of one that was taken over may anything be written down
        List<Boolean> shared = new CopyOnWriteArrayList<>();
        house.cancelKeys.forEach((_, record) -> shared.add(record.shared()));
        assertThat(shared).containsExactly(true, true);
    }

    @Test
    void whoHangsUpWithoutAWordLeavesItBehindToo() {
        // Given
        Guests first = house.relaying();

        // When
        first.client().end().hangsUp();

        // Then
        forgets(first.compute());
        waitsUntilKept(1);
        isLetIn(STARTUP).hears(VERSION);
    }

    @Test
    void theNextHearsParametersAsTheyAreNow() {
        // Given: the session changed one, the server's operator another, and forgetting took only the first back
        Guests first = house.relaying();
        first.client().says(QUERY);
        first.compute().hears(Query.class);
        first.compute().says(ParameterStatus.of("TimeZone", "UTC"), ParameterStatus.of("DateStyle", "German"), READY);
        first.client().hears(ParameterStatus.of("TimeZone", "UTC"), ParameterStatus.of("DateStyle", "German"), READY);
        first.client().says(new Terminate());

        // When
        String mark = isToForget(first.compute());
        first.compute().says(ParameterStatus.of("DateStyle", "ISO"), row(mark), READY);
        waitsUntilKept(1);

        // Then
        isLetIn(STARTUP).hears(VERSION, ParameterStatus.of("TimeZone", "UTC"), ParameterStatus.of("DateStyle", "ISO"));
    }

    @Test
    void whatIsSaidToNobodyIsHeardByNobody() {
        // Given
        Guests first = house.relaying();
        leavesBehind(first);

        // When
        first.compute().says(new NotificationResponse(1, "channel", "text"), ParameterStatus.of("TimeZone", "CET"));
        first.compute().end().settles();

        // Then
        isLetIn(STARTUP).hears(VERSION, ParameterStatus.of("TimeZone", "CET"));
    }

    @Test
    void aConnectionWithSomethingUnderWayIsNotKept() {
        // Given
        Guests first = house.relaying();
        first.client().says(QUERY);
        first.compute().hears(Query.class);

        // When
        first.client().says(new Terminate());

        // Then: the compute hears it, as ever
        first.compute().hears(Terminate.class);
        nothingMoreIsHeard(first);
    }

    @Test
    void aConnectionInATransactionIsNotKept() {
        // Given
        Guests first = house.relaying();
        first.client().says(QUERY);
        first.compute().hears(Query.class);
        first.compute().says(IN_TRANSACTION);
        first.client().hears(IN_TRANSACTION);

        // When
        first.client().says(new Terminate());

        // Then
        first.compute().hears(Terminate.class);
        nothingMoreIsHeard(first);
    }

    @Test
    void whoLeavesInOneBreathWithAQueryTakesTheConnectionAlong() {
        // Given
        Guests first = house.relaying();

        // When
        first.client().end().says(QUERY.encode().concat(new Terminate().encode()));

        // Then
        first.compute().hears(Query.class);
        first.compute().hears(Terminate.class);
        nothingMoreIsHeard(first);
    }

    @Test
    void aConnectionOnWhichSomethingWasCancelledIsNotKept() {
        // Given: the request may still be on its way when the session is over
        Guests first = house.relaying();
        first.client().says(QUERY);
        first.compute().hears(Query.class);
        house.visitor().says(first.cancelRequest());
        house.delivery.isToDeliver().isDone();
        first.compute().says(READY);
        first.client().hears(READY);

        // When
        first.client().says(new Terminate());
        first.client().end().hangsUp();

        // Then
        first.compute().hears(Terminate.class);
        nothingMoreIsHeard(first);
    }

    @Test
    void aComputeThatCannotForgetServesNobodyAnyMore() {
        // Given
        Guests first = house.relaying();
        first.client().says(new Terminate());

        // When
        isToForget(first.compute());
        first.compute().says(new ErrorResponse(ErrorFields.of("ERROR", "57014", "statement timeout")), READY);

        // Then
        first.compute().end().hearsItBreak();
        assertThat(house.kept.resting()).isZero();
        assertThat(house.kept.resetsFailed()).isEqualTo(1);
    }

    @Test
    void anAnswerToSomethingElseIsNotTakenForTheAnswer() {
        // Given: the session got its wire to believe that all was answered, and it was not
        Guests first = house.relaying();
        first.client().says(new Terminate());
        String mark = isToForget(first.compute());

        // When
        first.compute().says(row("0123456789abcdef"), new CommandComplete("SELECT 1"), READY);
        first.compute().end().settles();

        // Then: nobody gets the connection before its own answer has come
        assertThat(house.kept.resting()).isZero();
        first.compute().says(row(mark), READY);
        waitsUntilKept(1);
    }

    @Test
    void aComputeThatStaysInATransactionServesNobodyAnyMore() {
        // Given
        Guests first = house.relaying();
        first.client().says(new Terminate());

        // When
        first.compute().says(row(isToForget(first.compute())), IN_TRANSACTION);

        // Then
        first.compute().end().hearsItBreak();
        assertThat(house.kept.resting()).isZero();
    }

    @Test
    void aComputeThatForgetsTooSlowlyServesNobodyAnyMore() {
        // Given
        Guests first = house.relaying();
        first.client().says(new Terminate());
        isToForget(first.compute());

        // When
        passes(SETTINGS.resetMax().plusSeconds(2));

        // Then
        first.compute().end().hearsItBreak();
        assertThat(house.kept.resetsFailed()).isEqualTo(1);
    }

    @Test
    void whoLooksDifferentToTheComputeGetsAConnectionOfItsOwn() {
        // Given
        leavesBehind(house.relaying());

        // When
        isProven(ScriptedClient.startup(
                ProtocolVersion.V3_0, "user", "app", "database", "shop", "options", "endpoint=blue"));

        // Then
        house.dialer.isToDial();
    }

    @Test
    void whoHasANewPasswordGetsAConnectionOfItsOwn() {
        // Given: the compute is still known when who may come in is asked again
        leavesBehind(house.relaying());
        ScramVerifier renewed = ScramVerifier.ofPassword("another", ByteString.fromString("fedcba9876543210"), 4096);
        house.controlPlane.knows("blue", "app", TestHouse.allowing(Optional.of(renewed)));
        house.cacheTime.timePasses(Duration.ofMinutes(3));
        house.ready.find(BLUE);
        house.cacheTime.timePasses(Duration.ofMinutes(3));

        // When
        ScriptedClient client = house.visitor(clearText());
        client.says(STARTUP);
        client.proves("another");

        // Then: it was not woken, nor was anybody's connection taken
        house.dialer.isToDial();
        assertThat(house.kept.resting()).isEqualTo(1);
    }

    @Test
    void whoReplicatesLeavesNothingBehind() {
        // Given
        Guests first = house.relaying(
                clearText(),
                ScriptedClient.startup(
                        ProtocolVersion.V3_0,
                        "user",
                        "app",
                        "database",
                        "shop",
                        "replication",
                        "database",
                        "options",
                        "endpoint=blue"));

        // When
        first.client().says(new Terminate());

        // Then
        first.compute().hears(Terminate.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"endpoint=blue", "endpoint=blue-pooler"})
    void unlessSaidOtherwiseOnlyAPoolerKeepsConnections(String options) {
        // Given
        house.close();
        house = new TestHouse(KeepSettings.DEFAULTS);
        house.controlPlane.knows("blue-pooler", "app", TestHouse.allowing(Optional.of(VERIFIER)));
        boolean pooler = options.endsWith("-pooler");
        Guests first = house.relaying(
                clearText(),
                ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app", "database", "shop", "options", options));

        // When
        first.client().says(new Terminate());

        // Then
        if (pooler) {
            isToForget(first.compute());
        } else {
            first.compute().hears(Terminate.class);
        }
    }

    // ---- rested for long ----

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

    // ---- what happens ----

    private void isRebuiltWithRoomFor(int ofEndpoint, int ofNode) {
        house.close();
        house = new TestHouse(new KeepSettings(
                Whose.EVERYBODY,
                ofEndpoint,
                ofNode,
                SETTINGS.restMax(),
                SETTINGS.lifeMax(),
                SETTINGS.checkAfter(),
                SETTINGS.checkMax(),
                SETTINGS.resetMax(),
                SETTINGS.goodbyeMax()));
    }

    private static StartupMessage startup(String options) {
        return ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app", "database", "shop", "options", options);
    }

    /** A second session at the same time. */
    private Guests relayingBeside() {
        ScriptedClient client = isProven(STARTUP);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        letsIn(compute);
        client.end().hearsFrame();
        client.end().hearsFrame();
        client.hears(VERSION);
        BackendKeyData key = client.hears(BackendKeyData.class);
        client.hears(READY);
        return new Guests(client, compute, key);
    }

    private static void letsIn(ScriptedCompute compute) {
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.greets(COMPUTES_KEY);
    }

    private ScriptedClient isProven(StartupMessage startup) {
        ScriptedClient client = house.visitor(clearText());
        client.says(startup);
        client.proves(PASSWORD);
        return client;
    }

    private ScriptedClient isLetIn(StartupMessage startup) {
        return isLetIn(startup, () -> {});
    }

    private ScriptedClient isLetIn(StartupMessage startup, Runnable meanwhile) {
        ScriptedClient client = house.visitor(clearText());
        client.says(startup);
        ScriptedClient.Proof proof = client.proves(PASSWORD);
        meanwhile.run();
        client.isLetIn(proof);
        return client;
    }

    private void leavesBehind(Guests guests) {
        leavesBehind(guests, 1);
    }

    private void leavesBehind(Guests guests, int kept) {
        guests.client().says(new Terminate());
        guests.client().end().hangsUp();
        forgets(guests.compute());
        waitsUntilKept(kept);
    }

    private void forgets(ScriptedCompute compute) {
        String mark = isToForget(compute);
        compute.says(row(mark), new CommandComplete("DISCARD SEQUENCES"), READY);
    }

    private static String isToForget(ScriptedCompute compute) {
        Matcher mark = MARK.matcher(compute.hears(Query.class).sql());
        assertThat(mark.find()).isTrue();
        return mark.group(1);
    }

    private static DataRow row(String mark) {
        return new DataRow(
                List.of(Optional.of(ByteString.emptyByteString()), Optional.of(ByteString.fromString(mark))));
    }

    private void waitsUntilKept(int count) {
        house.waitsFor(() -> house.kept.resting() == count, "%d connections to be kept".formatted(count));
    }

    private void nothingMoreIsHeard(Guests guests) {
        guests.client().end().hangsUp();
        house.isEmpty();
        guests.compute().end().settles();
        assertThat(guests.compute().end().unheard().isEmpty()).isTrue();
    }

    private void passes(Duration span) {
        house.cacheTime.timePasses(span);
        house.timePasses(span);
    }
}
