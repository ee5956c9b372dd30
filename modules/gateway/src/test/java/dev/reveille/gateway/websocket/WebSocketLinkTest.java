package dev.reveille.gateway.websocket;

import static dev.reveille.gateway.websocket.ClientFrames.BINARY;
import static dev.reveille.gateway.websocket.ClientFrames.CLOSE;
import static dev.reveille.gateway.websocket.ClientFrames.PING;
import static dev.reveille.gateway.websocket.ClientFrames.PONG;
import static dev.reveille.gateway.websocket.ClientFrames.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.websocket.ClientFrames.Received;
import dev.reveille.session.ClientConnection.Milestone;
import dev.reveille.session.SessionId;
import dev.reveille.session.relay.Link.Condition;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A WebSocket as its session sees it; the socket and the time are the test's. */
class WebSocketLinkTest {

    private static final int FIN = 0x80;
    private static final Duration PING_EVERY = WebSocketSettings.DEFAULTS.pingEvery();

    private final EmbeddedChannel time = new EmbeddedChannel();
    private final ScriptedSocket socket = new ScriptedSocket();
    private final WebSocketLink link = new WebSocketLink(
            socket, ByteString.emptyByteString(), time.eventLoop(), WebSocketSettings.DEFAULTS, SessionId.random());
    private int rings;

    @AfterEach
    void close() {
        time.finishAndReleaseAll();
    }

    @Test
    void whatCameBeforeTheLinkWasOpenedComesFirst() {
        // Given
        WebSocketLink early = new WebSocketLink(
                socket,
                ByteString.fromArray(ClientFrames.binary("one ")),
                time.eventLoop(),
                WebSocketSettings.DEFAULTS,
                SessionId.random());

        // When
        early.open(() -> rings++);
        socket.says(ClientFrames.binary("two"));

        // Then
        assertThat(early.take().utf8String()).isEqualTo("one two");
        assertThat(rings).isEqualTo(2);
    }

    @Test
    void whatTheSessionSendsIsABinaryFrame() {
        open();

        link.send(ByteString.fromString("hello"));

        Received only = onlyFrame();
        assertThat(only.opcode()).isEqualTo(BINARY);
        assertThat(only.text()).isEqualTo("hello");
    }

    @Test
    void aPingIsAnsweredAtOnceAlsoWhenNobodyTakesWhatCameBefore() {
        // Given
        open();
        socket.says(ClientFrames.binary("waiting"));

        // When
        socket.says(ClientFrames.frame(FIN | PING, bytes("?")));

        // Then
        Received pong = onlyFrame();
        assertThat(pong.opcode()).isEqualTo(PONG);
        assertThat(pong.text()).isEqualTo("?");
        assertThat(link.take().utf8String()).isEqualTo("waiting");
    }

    @Test
    void toAPeerThatTakesNothingOnlyTheLastPingIsAnswered() {
        // Given
        open();
        socket.takesNothing();
        socket.says(ClientFrames.frame(FIN | PING, bytes("1")));
        socket.says(ClientFrames.frame(FIN | PING, bytes("2")));
        assertThat(socket.heard().isEmpty()).isTrue();

        // When
        socket.takesAgain();

        // Then
        assertThat(onlyFrame().text()).isEqualTo("2");
    }

    @Test
    void whatASessionDoesNotTakeIsLeftInTheSocket() {
        // Given
        open();

        // When
        socket.says(ClientFrames.binary(new byte[1_000_000]));

        // Then
        assertThat(socket.waiting()).isGreaterThan(900_000);
        int taken = 0;
        for (ByteString part = link.take(); !part.isEmpty(); part = link.take()) {
            taken += part.size();
        }
        assertThat(taken).isEqualTo(1_000_000);
    }

    @Test
    void aTextFrameDuringLoginIsExplainedBeforeTheClose() {
        // Given
        open();

        // When
        socket.says(ClientFrames.frame(FIN | TEXT, bytes("select 1")));

        // Then
        List<Received> frames = frames();
        assertThat(frames).hasSize(2);
        assertThat(frames.getFirst().text()).startsWith("E").contains("C08P01").contains("text frame");
        assertThat(frames.getLast().closeCode()).isEqualTo(1003);
        assertThat(link.condition()).isEqualTo(Condition.FAILED);
    }

    @Test
    void aBadFrameAfterLoginIsClosedWithoutAWordThatCouldComeInTheMiddleOfAnother() {
        // Given
        open();
        link.hear(Milestone.LOGGED_IN);

        // When
        socket.says(new byte[] {(byte) 0x82, 1, 'x'});

        // Then
        assertThat(onlyFrame().closeCode()).isEqualTo(1002);
        assertThat(link.condition()).isEqualTo(Condition.FAILED);
    }

    @Test
    void aBrokenWebSocketStillGetsAMomentToHearWhy() {
        // Given
        open();
        socket.says(ClientFrames.frame(FIN | TEXT, bytes("x")));

        // When
        link.abort();

        // Then
        assertThat(socket.end()).isEqualTo("open");
        pass(WebSocketSettings.DEFAULTS.closeMax());
        assertThat(socket.end()).isEqualTo("closed");
    }

    @Test
    void theEndOfASessionIsAGoodCloseAndWaitsForThePeers() {
        // Given
        open();

        // When
        link.close();

        // Then
        assertThat(onlyFrame().closeCode()).isEqualTo(1000);
        assertThat(socket.end()).isEqualTo("open");
        socket.says(ClientFrames.binary(new byte[100_000])); // Read and thrown away.
        assertThat(socket.waiting()).isZero();
        socket.says(ClientFrames.frame(FIN | CLOSE, new byte[] {3, (byte) 0xE8}));
        assertThat(socket.end()).isEqualTo("closed");
    }

    @Test
    void aPeerThatDoesNotAnswerACloseIsLeftAfterASecond() {
        // Given
        open();
        link.close();

        // When
        pass(WebSocketSettings.DEFAULTS.closeMax());

        // Then
        assertThat(socket.end()).isEqualTo("closed");
    }

    @Test
    void whoIsSentAwayHearsWhetherAnotherNodeWillDo() {
        // Given
        open();

        // When
        link.hear(Milestone.LEAVING);
        link.close();

        // Then
        assertThat(onlyFrame().closeCode()).isEqualTo(1012);
    }

    @Test
    void whoIsTurnedAwayForWantOfRoomHearsToComeAgain() {
        // Given
        open();

        // When
        link.hear(Milestone.OVERLOADED);
        link.close();

        // Then
        assertThat(onlyFrame().closeCode()).isEqualTo(1013);
    }

    @Test
    void aClientsCloseIsEchoedAndNothingFollows() {
        // Given
        open();

        // When
        socket.says(ClientFrames.frame(FIN | CLOSE, new byte[] {0x0F, (byte) 0xA0, 'b', 'y', 'e'}));
        link.send(ByteString.fromString("late"));

        // Then
        Received echo = onlyFrame();
        assertThat(echo.closeCode()).isEqualTo(1000);
        assertThat(echo.text()).endsWith("bye");
        assertThat(link.condition()).isEqualTo(Condition.FINISHED);
    }

    @Test
    void aCloseThatIsNoneIsToldSo() {
        // Given
        open();

        // When
        socket.says(ClientFrames.frame(FIN | CLOSE, new byte[] {3, (byte) 0xED})); // 1005 is never sent.

        // Then
        assertThat(onlyFrame().closeCode()).isEqualTo(1002);
    }

    @Test
    void silenceIsBrokenByAPing() {
        // Given
        open();

        // When
        pass(PING_EVERY);

        // Then
        assertThat(onlyFrame().opcode()).isEqualTo(PING);
        assertThat(link.condition()).isEqualTo(Condition.OPEN);
    }

    @Test
    void nobodyIsPingedWhileTheSessionSpeaks() {
        // Given
        open();

        // When
        for (int i = 0; i < 4; i++) {
            pass(PING_EVERY.dividedBy(2));
            link.send(ByteString.fromString("x"));
        }

        // Then
        assertThat(frames()).extracting(Received::opcode).containsOnly(BINARY);
    }

    @Test
    void aPeerThatAnswersNoPingIsDead() {
        // Given
        open();

        // When
        pass(PING_EVERY);
        pass(PING_EVERY);
        pass(PING_EVERY);

        // Then
        assertThat(link.condition()).isEqualTo(Condition.FAILED);
        link.abort();
        assertThat(socket.end()).isEqualTo("aborted");
    }

    @Test
    void aPeerThatAnswersPingsLives() {
        // Given
        open();

        // When
        for (int i = 0; i < 10; i++) {
            pass(PING_EVERY);
            socket.says(ClientFrames.frame(FIN | PONG, bytes("")));
        }

        // Then
        assertThat(link.condition()).isEqualTo(Condition.OPEN);
    }

    @Test
    void aPeerThatHangsUpWithoutACloseHasFinished() {
        // Given
        open();

        // When
        socket.says(ClientFrames.binary("last"));
        socket.hangsUp();

        // Then
        assertThat(link.condition()).isEqualTo(Condition.OPEN);
        assertThat(link.take().utf8String()).isEqualTo("last");
        assertThat(link.condition()).isEqualTo(Condition.FINISHED);
    }

    private void open() {
        time.freezeTime();
        link.open(() -> rings++);
    }

    private void pass(Duration span) {
        time.advanceTimeBy(span.toNanos(), TimeUnit.NANOSECONDS);
        time.runScheduledPendingTasks();
    }

    private Received onlyFrame() {
        List<Received> frames = frames();
        assertThat(frames).hasSize(1);
        return frames.getFirst();
    }

    private List<Received> frames() {
        List<Received> frames = new ArrayList<>();
        try (InputStream in = new ByteArrayInputStream(socket.heard().toArray())) {
            while (in.available() > 0) {
                frames.add(ClientFrames.read(in));
            }
        } catch (IOException broken) {
            throw new AssertionError("not frames", broken);
        }
        return frames;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
