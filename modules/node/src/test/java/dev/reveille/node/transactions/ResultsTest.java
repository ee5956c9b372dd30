package dev.reveille.node.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.session.statement.StatementListener.Origin;
import dev.reveille.session.statement.StatementOutcome;
import dev.reveille.session.statement.TransactionAnswer;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class ResultsTest {

    private static final int PIECE = 1024;

    private final Heard heard = new Heard();
    private final RemoteRun run = new RemoteRun(new RemoteResult.OfStatement(heard), 100_000, _ -> {});
    private final ResultReader reader = new ResultReader(run);
    private final Results results = new Results(PIECE, 4 * PIECE, () -> {});

    @Test
    void rowsOfAnySizeAreTheSameBehindThePieces() {
        // Given
        Random random = new Random(7);
        CRC32 sum = new CRC32();
        results.reached(Origin.OPENED);
        results.fields(0, Optional.empty());

        // When
        for (int round = 0; round < 2_000; round++) {
            byte[] row = new byte[random.nextInt(10) == 0 ? random.nextInt(5_000) : random.nextInt(40)];
            random.nextBytes(row);
            sum.update(row);
            results.row(0, row, 0, row.length);
            if (random.nextInt(20) == 0) {
                passOn();
            }
        }
        results.completed(0, "SELECT");
        results.ended(new StatementOutcome.Done());
        passOn();

        // Then
        assertThat(heard.events).containsExactly("reached OPENED", "fields none", "completed SELECT");
        assertThat(heard.rows).hasValue(2_000);
        assertThat(heard.rowSum.getValue()).isEqualTo(sum.getValue());
        assertThat(heard.ended).isCompletedWithValue(new StatementOutcome.Done());
        assertThat(results.held()).isZero();
    }

    @Test
    void manyRowsGoInOnePiece() {
        // When
        for (int row = 0; row < 50; row++) {
            results.row(0, new byte[10], 0, 10);
        }

        // Then
        assertThat(results.take().size()).isEqualTo(50 * (10 + ResultCode.HEADER_BYTES));
        assertThat(results.take().isEmpty()).isTrue();
    }

    @Test
    void aRunIsPausedWhileTooMuchWaits() {
        // Given
        ScriptedDesk.Running source = new ScriptedDesk().new Running(heard);
        results.of(source);

        // When
        results.row(0, new byte[5 * PIECE], 0, 5 * PIECE);

        // Then
        assertThat(source.paused).isTrue();
        results.take();
        results.take();
        assertThat(source.paused).isTrue();
        results.take();
        results.take();
        assertThat(source.paused).isFalse();
    }

    @Test
    void aRunThatSaysTooMuchBeforeItIsKnownIsPausedThen() {
        // Given
        ScriptedDesk.Running source = new ScriptedDesk().new Running(heard);
        results.row(0, new byte[5 * PIECE], 0, 5 * PIECE);

        // When
        results.of(source);

        // Then
        assertThat(source.paused).isTrue();
    }

    @Test
    void aRowThatIsLongerThanAskedForIsRefusedBeforeItIsRead() {
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> reader.read(event(ResultCode.ROW, 100_001, new byte[0])));
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> new ResultReader(run).read(event(ResultCode.COMPLETED, -1, new byte[0])));
    }

    @Test
    void nothingIsHeardBehindTheEnd() {
        // Given
        results.ended(new StatementOutcome.Done());
        results.completed(0, "SELECT");

        // Then
        assertThatExceptionOfType(ProtocolViolation.class).isThrownBy(this::passOn);
        assertThat(heard.events).isEmpty();
    }

    @Test
    void aStatementIsNoEndOfATransaction() {
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> reader.read(event(ResultCode.COMMITTED, 0, new byte[0])));
    }

    @Test
    void aCommitIsNoResult() {
        // Given
        CompletableFuture<TransactionAnswer> answer = new CompletableFuture<>();
        RemoteRun commit = new RemoteRun(new RemoteResult.OfEnd(answer), 0, _ -> {});

        // Then
        assertThatExceptionOfType(ProtocolViolation.class)
                .isThrownBy(() -> new ResultReader(commit).read(event(ResultCode.ROW, 0, new byte[0])));
        assertThat(answer).isNotDone();
    }

    @Test
    void garbageIsRefusedWithoutHarm() {
        // Given
        Random random = new Random(4);
        int refused = 0;

        // When
        for (int round = 0; round < 5_000; round++) {
            byte[] garbage = new byte[64];
            random.nextBytes(garbage);
            try {
                new ResultReader(new RemoteRun(new RemoteResult.OfStatement(new Heard()), 1_000, _ -> {}))
                        .read(ByteString.fromArrayUnsafe(garbage));
            } catch (ProtocolViolation expected) {
                refused++;
            }
        }

        // Then: nothing else was thrown
        assertThat(refused).isGreaterThan(4_900);
    }

    private void passOn() {
        for (ByteString piece = results.take(); !piece.isEmpty(); piece = results.take()) {
            assertThat(piece.size()).isLessThanOrEqualTo(PIECE);
            reader.read(piece);
        }
    }

    private static ByteString event(byte kind, int length, byte[] rest) {
        return ByteString.fromArrayUnsafe(ByteBuffer.allocate(ResultCode.HEADER_BYTES + rest.length)
                .put(kind)
                .putInt(0)
                .putInt(length)
                .put(rest)
                .array());
    }
}
