package dev.reveille.session.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.fakes.HandTicker;
import dev.reveille.session.kept.KeepSettings.Whose;
import dev.reveille.session.relay.Link;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

/** The bounds hold for a node, on whichever loops its connections rest. */
class SeveralLoopsTest {

    private static final int OF_ENDPOINT = 3;
    private static final Compute COMPUTE =
            new Compute(new ComputeAddress("compute-1", 5432), ComputeTls.DISABLED, false);
    private static final Likeness LIKENESS = new Likeness(
            EndpointKey.of(new EndpointId("blue")),
            ByteString.fromString("stored"),
            new StartupMessage(ProtocolVersion.V3_0, List.of()));

    private final KeptCounters counters = new KeptCounters();
    private final HandTicker ticker = new HandTicker();
    private final Queue<Runnable> first = new ArrayDeque<>();
    private final Queue<Runnable> second = new ArrayDeque<>();
    private final KeptConnections here = on(first);
    private final KeptConnections there = on(second);

    @Test
    void theOldestGoesFromTheLoopThatHasMost() {
        // Given
        List<AnsweringLink> old = List.of(leaves(here, first), leaves(here, first), leaves(here, first));

        // When
        leaves(there, second);
        runAll(first);

        // Then
        assertThat(counters.resting()).isEqualTo(OF_ENDPOINT);
        assertThat(old.getFirst().isClosed).isTrue();
        assertThat(old.getLast().isClosed).isFalse();
    }

    @Test
    void nothingGoesThatIsNotInTheWayAnyMore() {
        // Given
        leaves(here, first);
        leaves(here, first);
        leaves(here, first);
        leaves(there, second);

        // When: a session takes one before this loop comes to make room
        Optional<Reused> taken = here.take(LIKENESS, COMPUTE);
        runAll(first);

        // Then
        assertThat(taken).isPresent();
        assertThat(counters.resting()).isEqualTo(OF_ENDPOINT);
    }

    private KeptConnections on(Queue<Runnable> loop) {
        KeepSettings usual = KeepSettings.DEFAULTS;
        KeepSettings settings = new KeepSettings(
                Whose.EVERYBODY,
                OF_ENDPOINT,
                100,
                usual.restMax(),
                usual.lifeMax(),
                usual.checkAfter(),
                usual.checkMax(),
                usual.resetMax(),
                usual.goodbyeMax());
        return new KeptConnections(settings, counters, loop::add, ticker);
    }

    /** A session leaves its connection behind, which forgets it. */
    private static AnsweringLink leaves(KeptConnections kept, Queue<Runnable> loop) {
        AnsweringLink link = new AnsweringLink();
        kept.lease(LIKENESS, COMPUTE, Optional.empty(), ParameterValues.NONE).keep(link);
        link.changed.run();
        runAll(loop);
        return link;
    }

    private static void runAll(Queue<Runnable> loop) {
        for (Runnable next = loop.poll(); next != null; next = loop.poll()) {
            next.run();
        }
    }

    /** Answers the order to forget at once. */
    private static final class AnsweringLink implements Link {

        private static final Pattern MARK = Pattern.compile("'([0-9a-f]{16})'");

        private Runnable changed = () -> {};
        private ByteString answer = ByteString.emptyByteString();
        private boolean isClosed;

        @Override
        public void open(Runnable listener) {
            changed = listener;
        }

        @Override
        public ByteString take() {
            ByteString taken = answer;
            answer = ByteString.emptyByteString();
            return taken;
        }

        @Override
        public Condition condition() {
            return Condition.OPEN;
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void send(ByteString bytes) {
            Matcher mark = MARK.matcher(bytes.utf8String());
            if (mark.find()) {
                DataRow row = new DataRow(List.of(Optional.of(ByteString.fromString(mark.group(1)))));
                answer = row.encode().concat(new ReadyForQuery(TransactionStatus.IDLE).encode());
            }
        }

        @Override
        public void finishSending() {}

        @Override
        public void close() {
            isClosed = true;
        }

        @Override
        public void abort() {
            isClosed = true;
        }
    }
}
