package dev.reveille.session.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.FarEnd;
import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.NoticeResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Before the relay: one message at a time, and nothing is lost that was not asked for. */
class WireDialogueTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create();
    private static final StartupMessage STARTUP =
            ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app", "database", "app");
    private static final PasswordMessage PASSWORD = new PasswordMessage(ByteString.fromString("secret"));
    private static final int LENGTH_MAX = 1000;

    private final RunningWire running = new RunningWire(TEST_KIT);
    private final Wire wire = running.wire;
    private final ScriptedClient client = running.client;
    private final ScriptedCompute compute = running.compute;

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void theStartUpPacketIsHandedOverWhole() {
        // Given
        wire.hearStartup(LENGTH_MAX);

        // When
        client.end().says(STARTUP.encode().take(5), STARTUP.encode().drop(5));

        // Then
        assertThat(running.reports(WireEvent.ClientOpened.class).packet()).isEqualTo(STARTUP);
    }

    @Test
    void messagesThatCameTogetherAreHandedOverOneForEachQuestion() {
        // Given
        client.end().says(STARTUP.encode().concat(PASSWORD.encode()).concat(new Query("select 1").encode()));

        // When
        wire.hearStartup(LENGTH_MAX);

        // Then
        running.reports(WireEvent.ClientOpened.class);
        assertThat(running.reportsSoFar()).as("before the next question").isEmpty();
        wire.hearClient(LENGTH_MAX);
        assertThat(running.reports(WireEvent.ClientSaid.class).message()).isEqualTo(PASSWORD.frame());
        wire.hearClient(LENGTH_MAX);
        assertThat(running.reports(WireEvent.ClientSaid.class).message()).isEqualTo(new Query("select 1").frame());
    }

    @Test
    void aStartUpPacketAboveTheLimitIsReportedBeforeItHasCome() {
        // Given
        wire.hearStartup(10);

        // When
        client.end().says(STARTUP.encode().take(4));

        // Then
        running.reports(WireEvent.ClientBabbled.class);
    }

    @Test
    void aMessageAboveTheLimitIsReportedBeforeItHasCome() {
        // Given
        wire.hearStartup(LENGTH_MAX);
        client.says(STARTUP);
        running.reports(WireEvent.ClientOpened.class);

        // When
        wire.hearClient(5);
        client.end().says(PASSWORD.encode().take(5));

        // Then
        running.reports(WireEvent.ClientBabbled.class);
    }

    @Test
    void aClientThatFloodsADialogueIsNotReadWithoutEnd() {
        // Given
        ByteString chunk = ByteString.fromArray(new byte[16 * 1024]);

        // When
        wire.hearStartup(LENGTH_MAX);
        client.says(STARTUP);
        running.reports(WireEvent.ClientOpened.class);
        for (int sent = 0; sent < 64; sent++) {
            client.end().says(chunk);
        }
        client.end().settles();

        // Then
        assertThat(client.end().chunksTaken()).as("chunks of 16 KB taken").isLessThan(10);
    }

    @Test
    void aRequestWhoseSenderHangsUpAtOnceIsStillHeard() {
        // Given
        client.says(STARTUP);
        client.end().finishes();
        client.end().settles();

        // When
        wire.hearStartup(LENGTH_MAX);

        // Then
        running.reports(WireEvent.ClientOpened.class);
        running.reports(WireEvent.ClientLeft.class);
    }

    @Test
    void aClientThatHangsUpIsNoticedWhileNobodyListens() {
        // Given
        wire.hearStartup(LENGTH_MAX);
        client.says(STARTUP);
        running.reports(WireEvent.ClientOpened.class);

        // When
        client.end().hangsUp();

        // Then
        running.reports(WireEvent.ClientLeft.class);
    }

    @Test
    void aClientWhoseConnectionBreaksIsNoticedWhileNobodyListens() {
        // Given
        wire.hearStartup(LENGTH_MAX);
        client.says(STARTUP);
        running.reports(WireEvent.ClientOpened.class);

        // When
        client.end().breaks();

        // Then
        running.reports(WireEvent.ClientLeft.class);
    }

    @Test
    void lastWordsArriveBeforeTheConnectionCloses() {
        // Given
        client.end().stopsReading();
        wire.tellClient(new AuthenticationOk().encode());

        // When
        wire.finish(new ReadyForQuery(TransactionStatus.IDLE).encode());
        client.end().readsOn();

        // Then
        client.hears(new AuthenticationOk(), new ReadyForQuery(TransactionStatus.IDLE));
        client.end().hearsTheEnd();
    }

    @Test
    void finishingClosesTheComputeToo() {
        // Given
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));

        // When
        wire.finish(ByteString.emptyByteString());

        // Then
        compute.end().hearsTheEnd();
        compute.end().isLetGo();
        client.end().hearsTheEnd();
    }

    @Test
    void anAbortedWireClosesBothEnds() {
        // Given
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));

        // When
        wire.abort();

        // Then
        client.end().hearsItBreak();
        compute.end().hearsItGo();
        compute.end().isLetGo();
    }

    @Test
    void theComputeIsHeardWhenAskedAndThenAllThatItHasSaid() {
        // Given
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));
        ParameterStatus timeZone = ParameterStatus.of("TimeZone", "UTC");
        compute.saysAtOnce(new AuthenticationOk(), timeZone);

        // When
        wire.hearCompute(LENGTH_MAX);

        // Then
        assertThat(running.reports(WireEvent.ComputeSaid.class).messages())
                .containsExactly(new AuthenticationOk().frame(), timeZone.frame());
        compute.says(timeZone);
        compute.end().settles();
        assertThat(running.reportsSoFar()).as("before the next question").isEmpty();
        wire.hearCompute(LENGTH_MAX);
        assertThat(running.reports(WireEvent.ComputeSaid.class).messages()).containsExactly(timeZone.frame());
    }

    @Test
    void whatFollowsTheLastMessageOfALoginIsNotPartOfIt() {
        // Given
        ReadyForQuery ready = new ReadyForQuery(TransactionStatus.IDLE);
        ParameterStatus timeZone = ParameterStatus.of("TimeZone", "UTC");
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));
        compute.saysAtOnce(new AuthenticationOk(), ready, timeZone);

        // When
        wire.hearCompute(LENGTH_MAX);

        // Then
        assertThat(running.reports(WireEvent.ComputeSaid.class).messages())
                .containsExactly(new AuthenticationOk().frame(), ready.frame());
        wire.relay();
        client.hears(timeZone);
    }

    @Test
    void aComputeThatSaysWhyAndClosesIsHeardToTheEnd() {
        // Given
        ErrorResponse error = new ErrorResponse(ErrorFields.of("FATAL", "3D000", "database \"x\" does not exist"));
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));

        // When
        wire.hearCompute(LENGTH_MAX);
        compute.saysAtOnce(new AuthenticationOk(), error);
        compute.end().hangsUp();

        // Then
        assertThat(running.reports(WireEvent.ComputeSaid.class).messages())
                .containsExactly(new AuthenticationOk().frame(), error.frame());
        assertThat(running.reportsSoFar()).as("nobody asked yet what follows").isEmpty();
        wire.hearCompute(LENGTH_MAX);
        running.reports(WireEvent.ComputeLeft.class);
    }

    @Test
    void aComputeThatLeavesInTheMiddleOfAMessageIsReportedAsGone() {
        // Given
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));
        wire.hearCompute(LENGTH_MAX);

        // When
        compute.end().says(new AuthenticationOk().encode().take(7));
        compute.end().hangsUp();

        // Then
        running.reports(WireEvent.ComputeLeft.class);
    }

    @Test
    void aMessageOfTheComputeAboveTheLimitIsReported() {
        // Given
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));
        wire.hearCompute(100);

        // When
        compute.end()
                .says(new Frame((byte) 'S', ByteString.fromArray(new byte[101]))
                        .encode()
                        .take(5));

        // Then
        running.reports(WireEvent.ComputeBabbled.class);
    }

    @Test
    void theLargestMessageThatIsAllowedArrivesWhereverItIsCut() {
        // Given
        int limit = 65_535;
        ByteString notice = new Frame(NoticeResponse.TAG, ByteString.fromArray(new byte[limit])).encode();
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));
        wire.hearCompute(limit);

        // When
        compute.end().says(notice.take(64 * 1024), notice.drop(64 * 1024));

        // Then
        assertThat(running.reports(WireEvent.ComputeSaid.class)
                        .messages()
                        .getFirst()
                        .body()
                        .size())
                .isEqualTo(limit);
    }

    @Test
    void anotherComputeCanTakeThePlaceOfTheFirst() {
        // Given
        ScriptedCompute second = new ScriptedCompute();
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));
        compute.says(new AuthenticationOk());
        compute.end().isRelievedOf(1);

        // When
        wire.detach();
        wire.attach(FlowLink.to(second.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));
        wire.tellCompute(STARTUP.encode());
        wire.hearCompute(LENGTH_MAX);
        second.says(ParameterStatus.of("TimeZone", "UTC"));

        // Then
        compute.end().hearsTheEnd();
        compute.end().isLetGo();
        assertThat(second.hearsStartup()).isEqualTo(STARTUP);
        assertThat(running.reports(WireEvent.ComputeSaid.class).messages().getFirst())
                .as("nothing that the first one said")
                .isEqualTo(ParameterStatus.of("TimeZone", "UTC").frame());
    }

    @Test
    void whatADetachedComputeSaysAndDoesIsNotReported() {
        // Given
        FarEnd former = compute.end();
        wire.attach(FlowLink.to(former.flow(), Materializer.matFromSystem(TEST_KIT.system())));
        wire.hearCompute(LENGTH_MAX);

        // When
        wire.detach();
        former.isLetGo();
        compute.says(new AuthenticationOk());
        former.breaks();

        // Then
        assertThat(running.reportsSoFar()).isEmpty();
    }

    @Test
    void whatWasReceivedTooEarlyIsCarriedFirstWhenTheRelayBegins() {
        // Given
        Query query = new Query("select 1");
        ReadyForQuery ready = new ReadyForQuery(TransactionStatus.IDLE);
        ParameterStatus timeZone = ParameterStatus.of("TimeZone", "UTC");
        wire.hearStartup(LENGTH_MAX);
        client.end().says(STARTUP.encode().concat(query.encode()));
        running.reports(WireEvent.ClientOpened.class);
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));
        wire.hearCompute(LENGTH_MAX);
        compute.saysAtOnce(ready, timeZone);
        running.reports(WireEvent.ComputeSaid.class);

        // When
        wire.relay();

        // Then
        assertThat(compute.hears(Query.class)).isEqualTo(query);
        client.hears(timeZone);
    }

    @Test
    void aComputeThatLeftBeforeTheRelayHasItsLastWordsCarried() {
        // Given
        ErrorResponse error = new ErrorResponse(ErrorFields.of("FATAL", "57P01", "shutting down"));
        wire.attach(FlowLink.to(compute.end().flow(), Materializer.matFromSystem(TEST_KIT.system())));
        wire.hearCompute(LENGTH_MAX);
        compute.saysAtOnce(new ReadyForQuery(TransactionStatus.IDLE), error);
        compute.end().hangsUp();
        running.reports(WireEvent.ComputeSaid.class);
        compute.end().settles();

        // When
        wire.relay();

        // Then
        client.hears(error);
        client.end().hearsTheEnd();
        assertThat(running.reportsTheEnd().end()).isEqualTo(RelaySummary.End.COMPUTE_CLOSED);
    }
}
