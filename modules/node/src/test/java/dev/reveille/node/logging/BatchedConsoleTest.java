package dev.reveille.node.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is logged comes out, and whoever logs never waits. */
@Timeout(30)
class BatchedConsoleTest {

    private static final int A_DAY_IN_MILLIS = 86_400_000;

    private final LoggerContext logback = new LoggerContext();
    private final Terminal terminal = new Terminal();
    private final BatchedConsole console = new BatchedConsole(terminal);

    @AfterEach
    void stop() {
        terminal.takeOn();
        console.stop();
    }

    private void start() {
        logback.setMDCAdapter(new LogbackMDCAdapter());
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logback);
        encoder.setPattern("%level %msg%replace( %kvp){'^ $', ''}%n");
        encoder.start();
        console.setContext(logback);
        console.setEncoder(encoder);
        console.start();
    }

    private void log(Level level, String message) {
        console.doAppend(event(level, message));
    }

    private ILoggingEvent event(Level level, String message) {
        return new LoggingEvent("test", logback.getLogger("test"), level, message, null, null);
    }

    private static List<String> numbered(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> "INFO line " + number)
                .toList();
    }

    @Test
    void eventsComeOutInTheOrderInWhichTheyWereLogged() {
        // Given
        start();

        // When
        IntStream.range(0, 3_000).forEach(number -> log(Level.INFO, "line " + number));

        // Then
        Awaitility.await().untilAsserted(() -> assertThat(terminal.lines()).isEqualTo(numbered(0, 3_000)));
    }

    @Test
    void whatIsLeftIsWrittenBeforeTheEnd() {
        // Given: a console that gathers for a day.
        console.setGatherMillis(A_DAY_IN_MILLIS);
        start();

        // When
        IntStream.range(0, 2_000).forEach(number -> log(Level.INFO, "line " + number));
        console.stop();

        // Then
        assertThat(terminal.lines()).isEqualTo(numbered(0, 2_000));
    }

    @Test
    void aWarningDoesNotWaitForOthers() {
        // Given
        console.setGatherMillis(A_DAY_IN_MILLIS);
        start();

        // When
        log(Level.INFO, "nothing special");
        log(Level.WARN, "the house is on fire");

        // Then
        Awaitility.await()
                .untilAsserted(() -> assertThat(terminal.lines())
                        .containsExactly("INFO nothing special", "WARN the house is on fire"));
    }

    @Test
    void theFirstEventAfterALongSilenceWakesIt() {
        // Given: one that fell asleep.
        console.setGatherMillis(1);
        start();
        Awaitility.await().until(console::isAsleep);

        // When
        log(Level.INFO, "good morning");

        // Then
        Awaitility.await().untilAsserted(() -> assertThat(terminal.lines()).containsExactly("INFO good morning"));
    }

    @Test
    void aTerminalThatTakesNothingHoldsNobodyUpAndHearsHowMuchWasDropped() throws Exception {
        // Given
        console.setQueueSize(10);
        start();
        terminal.takeNoMore();
        log(Level.WARN, "the first");
        assertThat(terminal.isAsked()).isTrue();

        // When
        IntStream.range(0, 15).forEach(number -> log(Level.INFO, "line " + number));
        terminal.takeOn();

        // Then
        Awaitility.await()
                .untilAsserted(() -> assertThat(terminal.lines())
                        .startsWith("WARN the first")
                        .contains("WARN log events were dropped, because nobody takes them as fast as they come"
                                + " count=\"5\"")
                        .containsAll(numbered(0, 10))
                        .doesNotContain("INFO line 10"));
    }

    @Test
    void anEventThatCannotBeWrittenLosesOnlyItself() {
        // Given: a message that never ends.
        start();

        // When
        console.doAppend(new LoggingEvent("test", logback.getLogger("test"), Level.WARN, "{}", null, null) {
            @Override
            public String getFormattedMessage() {
                if (Thread.currentThread().getName().equals("reveille-log")) {
                    throw new StackOverflowError();
                }
                return super.getFormattedMessage();
            }
        });
        log(Level.WARN, "what came behind it");

        // Then
        Awaitility.await()
                .untilAsserted(() -> assertThat(terminal.lines()).containsExactly("WARN what came behind it"));
    }

    @Test
    void aClosedTerminalEndsNothing() {
        // Given
        start();
        terminal.breakDown();
        log(Level.WARN, "nobody hears this");

        // When
        Awaitility.await().until(terminal::hasFailed);
        terminal.mend();
        log(Level.WARN, "but this");

        // Then
        Awaitility.await().untilAsserted(() -> assertThat(terminal.lines()).containsExactly("WARN but this"));
    }

    /** Takes what is written, or does not. */
    private static final class Terminal extends OutputStream {

        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch asked = new CountDownLatch(1);
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile boolean broken;
        private volatile boolean failed;

        List<String> lines() {
            synchronized (taken) {
                return taken.toString(StandardCharsets.UTF_8).lines().toList();
            }
        }

        void takeNoMore() {
            gate = new CountDownLatch(1);
        }

        void takeOn() {
            gate.countDown();
        }

        boolean isAsked() throws InterruptedException {
            return asked.await(20, TimeUnit.SECONDS);
        }

        void breakDown() {
            broken = true;
        }

        void mend() {
            broken = false;
        }

        boolean hasFailed() {
            return failed;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            asked.countDown();
            try {
                gate.await();
            } catch (InterruptedException ended) {
                throw new IOException(ended);
            }
            if (broken) {
                failed = true;
                throw new IOException("broken pipe");
            }
            synchronized (taken) {
                taken.write(bytes, offset, length);
            }
        }
    }
}
