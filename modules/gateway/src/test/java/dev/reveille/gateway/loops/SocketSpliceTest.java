package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.Bytes.aside;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.session.relay.RelaySummary;
import dev.reveille.session.relay.RelaySummary.End;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A relay whose two sockets pass their bytes on to each other, and what takes them back. */
@Timeout(60)
class SocketSpliceTest {

    private static final byte[] QUERY = bytes(new Query("select 1").encode());
    private static final byte[] LONG_QUERY = bytes(new Query("select " + "1".repeat(30_000)).encode());
    private static final byte[] READY = bytes(new ReadyForQuery(TransactionStatus.IDLE).encode());
    private static final byte[] TERMINATE = bytes(new Terminate().encode());
    private static final byte[] NONSENSE = {'Q', 0, 0, 0, 1};

    /** More than fits in between; not more, because a window smaller than a packet may let only 64 KB pass in 200 ms. */
    private static final int MANY = 3 * 1024 * 1024;

    private TestLoops loops;
    private SplicedWire wire;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Epoll.isAvailable(), "sockets are spliced where there is epoll");
        loops = TestLoops.open(1, Transport.EPOLL);
        wire = SplicedWire.relaying(loops);
    }

    @AfterEach
    void close() throws IOException {
        wire.close();
        loops.close();
    }

    @Test
    void aQueryAndItsAnswerTakeTheShortcut() throws IOException {
        // When
        asks(QUERY);
        answers(READY);

        // Then
        assertThat(wire.cutShort()).isEqualTo(QUERY.length + READY.length);
    }

    @Test
    void whatTookTheShortcutIsCountedAsUsual() throws IOException {
        // Given
        asks(QUERY);
        answers(READY);
        asks(LONG_QUERY);
        answers(READY);

        // When
        wire.client().getOutputStream().write(TERMINATE);
        wire.client().shutdownOutput();

        // Then
        assertThat(wire.reportsTheEnd())
                .isEqualTo(new RelaySummary(
                        End.CLIENT_TERMINATED,
                        false,
                        QUERY.length + LONG_QUERY.length + TERMINATE.length,
                        2L * READY.length,
                        2));
        assertThat(wire.cutShort()).isGreaterThan(QUERY.length);
    }

    @Test
    void threeMegabytesReachAReaderThatIsSlowAtFirstAsTheyWereSent() throws IOException {
        // Given
        Bytes bytes = new Bytes(7, MANY);
        CompletableFuture<Done> sent = aside(() -> sends(wire.compute(), bytes));
        loops.settle(loops.first());
        assertThat(sent).isNotDone(); // All that may wait on the way does, and the compute has to wait.

        // When
        CompletableFuture<Bytes.Sum> received = aside(() -> framed(wire.client(), bytes));

        // Then
        soon(sent);
        assertThat(soon(received)).isEqualTo(bytes.sum());
        assertThat(wire.cutShort()).isPositive();
    }

    @Test
    void bytesOfBothSidesAtOnceArriveAsTheyWereSent() throws IOException {
        // Given
        Bytes up = new Bytes(1, MANY);
        Bytes down = new Bytes(2, MANY);

        // When
        CompletableFuture<Bytes.Sum> atCompute = aside(() -> framed(wire.compute(), up));
        CompletableFuture<Bytes.Sum> atClient = aside(() -> framed(wire.client(), down));
        CompletableFuture<Done> uploaded = aside(() -> sends(wire.client(), up));
        CompletableFuture<Done> downloaded = aside(() -> sends(wire.compute(), down));

        // Then
        soon(uploaded);
        soon(downloaded);
        assertThat(soon(atCompute)).isEqualTo(up.sum());
        assertThat(soon(atClient)).isEqualTo(down.sum());
    }

    @Test
    void aClientThatSaysNothingMoreStillHearsItsAnswer() throws IOException {
        // Given
        asks(QUERY);
        wire.client().shutdownOutput();

        // When
        assertThat(wire.compute().getInputStream().read()).isEqualTo(-1);
        wire.compute().getOutputStream().write(READY);
        wire.compute().close();

        // Then
        assertThat(wire.client().getInputStream().readAllBytes()).isEqualTo(READY);
        assertThat(wire.reportsTheEnd().end()).isEqualTo(End.CLIENT_CLOSED);
    }

    @Test
    void aClientThatBreaksOffTakesItsComputeWithIt() throws IOException {
        // Given
        asks(QUERY);

        // When
        wire.clientBreaks();

        // Then
        RelaySummary summary = wire.reportsTheEnd();
        assertThat(summary.end()).isEqualTo(End.CLIENT_FAILED);
        assertThat(summary.queryRunning()).isTrue();
        assertThat(wire.compute().getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void aComputeThatBreaksOffIsTold() throws IOException {
        // Given
        asks(QUERY);

        // When
        wire.computeBreaks();

        // Then
        assertThat(text(wire.client())).contains("FATAL", "08006");
        assertThat(wire.reportsTheEnd().end()).isEqualTo(End.COMPUTE_FAILED);
    }

    @Test
    void aComputeThatLeavesWithLastWordsIsHeard() throws IOException {
        // Given
        byte[] why = bytes(new ErrorResponse(ErrorFields.of("FATAL", "57P01", "shutting down")).encode());

        // When
        wire.compute().getOutputStream().write(why);
        wire.compute().close();

        // Then
        assertThat(wire.client().getInputStream().readAllBytes()).isEqualTo(why);
        assertThat(wire.reportsTheEnd().end()).isEqualTo(End.COMPUTE_CLOSED);
    }

    @Test
    void nonsenseFromAClientStopsAtTheShortcut() throws IOException {
        // Given
        asks(QUERY);
        answers(READY);

        // When
        wire.client().getOutputStream().write(NONSENSE);

        // Then
        assertThat(text(wire.client())).contains("08P01", "invalid message length");
        assertThat(wire.compute().getInputStream().read()).isEqualTo(-1);
        assertThat(wire.reportsTheEnd().end()).isEqualTo(End.CLIENT_BABBLED);
    }

    @Test
    void nonsenseFromAComputeStopsBehindWhatMadeSense() throws IOException {
        // Given
        asks(QUERY);

        // When
        wire.compute().getOutputStream().write(joined(READY, NONSENSE));

        // Then
        byte[] heard = wire.client().getInputStream().readAllBytes();
        assertThat(heard).startsWith(READY);
        assertThat(new String(heard, StandardCharsets.UTF_8)).contains("the database server sent a message");
        assertThat(wire.reportsTheEnd().end()).isEqualTo(End.COMPUTE_BABBLED);
    }

    @Test
    void whoIsToLeaveWhenIdleMayFinishItsQuery() throws IOException {
        // Given
        ByteString goodbye = new ErrorResponse(ErrorFields.of("FATAL", "57P01", "we are leaving")).encode();
        asks(QUERY);

        // When
        wire.relay().sendAwayWhenIdle(goodbye);
        wire.settle();
        wire.compute().getOutputStream().write(READY);

        // Then
        assertThat(wire.client().getInputStream().readAllBytes()).isEqualTo(joined(READY, bytes(goodbye)));
        assertThat(wire.reportsTheEnd().end()).isEqualTo(End.SENT_AWAY);
    }

    @Test
    void whileACancellationIsOnItsWayTheNextQueryWaits() throws IOException {
        // Given
        asks(QUERY);
        CompletableFuture<OptionalLong> running = new CompletableFuture<>();
        wire.relay().ask(System.nanoTime(), running::complete);
        CompletableFuture<Boolean> held = new CompletableFuture<>();
        wire.relay().hold(soon(running).orElseThrow(), held::complete);
        assertThat(soon(held)).isTrue();
        answers(READY);

        // When
        wire.client().getOutputStream().write(LONG_QUERY);
        loops.settle(loops.first());

        // Then
        assertThat(wire.compute().getInputStream().available()).isZero();

        // When
        wire.relay().release();

        // Then
        assertThat(wire.compute().getInputStream().readNBytes(LONG_QUERY.length))
                .isEqualTo(LONG_QUERY);
    }

    @Test
    void theShortcutIsTakenAgainAfterACancellation() throws IOException {
        // Given
        whileACancellationIsOnItsWayTheNextQueryWaits();
        answers(READY);
        long before = wire.cutShort();

        // When
        asks(QUERY);
        answers(READY);

        // Then
        assertThat(wire.cutShort() - before).isEqualTo(QUERY.length + READY.length);
    }

    @Test
    void anAbortedSessionTakesBothWithIt() throws IOException {
        // Given
        asks(QUERY);

        // When
        wire.relay().abort();

        // Then
        assertThat(wire.client().getInputStream().read()).isEqualTo(-1);
        assertThat(wire.compute().getInputStream().read()).isEqualTo(-1);
    }

    private void asks(byte[] query) throws IOException {
        wire.client().getOutputStream().write(query);
        assertThat(wire.compute().getInputStream().readNBytes(query.length)).isEqualTo(query);
    }

    private void answers(byte[] answer) throws IOException {
        wire.compute().getOutputStream().write(answer);
        assertThat(wire.client().getInputStream().readNBytes(answer.length)).isEqualTo(answer);
    }

    private static Done sends(Socket socket, Bytes bytes) throws IOException {
        socket.getOutputStream().write(copyData(bytes.length()));
        bytes.writeTo(socket.getOutputStream());
        return Done.getInstance();
    }

    /** What arrives behind the header of one message. */
    private static Bytes.Sum framed(Socket socket, Bytes expected) throws IOException {
        socket.getInputStream().readNBytes(5);
        return expected.readAsMany(socket.getInputStream());
    }

    private static byte[] copyData(long length) {
        return ByteBuffer.allocate(5)
                .put((byte) 'd')
                .putInt(Math.toIntExact(length + Integer.BYTES))
                .array();
    }

    private static String text(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteString bytes) {
        return bytes.toArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        return ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
    }
}
