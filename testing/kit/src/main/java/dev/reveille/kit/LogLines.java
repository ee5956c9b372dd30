package dev.reveille.kit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Keeps what is logged below a name, until it is closed. Any thread. */
public final class LogLines implements AutoCloseable {

    private final Logger logger;
    private final Keeper keeper = new Keeper();
    private final List<Line> lines = new ArrayList<>();

    private LogLines(String name) {
        this.logger = (Logger) LoggerFactory.getLogger(name);
        keeper.setContext(logger.getLoggerContext());
        keeper.start();
        logger.addAppender(keeper);
    }

    /** One event: its level, its message, and its facts as {@code key=value}. */
    public record Line(String level, String message, List<String> facts, boolean stackTrace) {

        public Line {
            facts = List.copyOf(facts);
        }

        /** Whether it speaks of the client that came from this port; clients of tests come from the loopback address. */
        boolean speaksOf(int clientPort) {
            return facts.contains("client=127.0.0.1:" + clientPort);
        }

        @Override
        public String toString() {
            return level + " " + message + " " + String.join(" ", facts);
        }
    }

    public static LogLines below(String name) {
        return new LogLines(name);
    }

    /** What was said so far about the client of this port, once something was; empty where nothing is said within {@code patience}. */
    public List<Line> about(int clientPort, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (lines) {
            List<Line> about = now(clientPort);
            try {
                for (long left = patience.toMillis(); about.isEmpty() && left > 0; ) {
                    lines.wait(left);
                    left = (end - System.nanoTime()) / 1_000_000;
                    about = now(clientPort);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            return about;
        }
    }

    /** All that was said so far. */
    public List<Line> all() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    public void clear() {
        synchronized (lines) {
            lines.clear();
        }
    }

    @Override
    public void close() {
        logger.detachAppender(keeper);
        keeper.stop();
    }

    private List<Line> now(int port) {
        return lines.stream().filter(line -> line.speaksOf(port)).toList();
    }

    private final class Keeper extends AppenderBase<ILoggingEvent> {

        @Override
        protected void append(ILoggingEvent event) {
            List<String> facts = Optional.ofNullable(event.getKeyValuePairs()).orElse(List.of()).stream()
                    .map(pair -> pair.key + "=" + pair.value)
                    .collect(Collectors.toList());
            Line line = new Line(
                    event.getLevel().toString(), event.getFormattedMessage(), facts, event.getThrowableProxy() != null);
            synchronized (lines) {
                lines.add(line);
                lines.notifyAll();
            }
        }
    }
}
