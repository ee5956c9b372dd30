package dev.reveille.gateway.web;

import static dev.reveille.session.LogText.printable;

import dev.reveille.session.SessionId;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What a request leaves in the log. There is one for each, so it is an event of its own, whose pairs are made where they are
 * written, by the log's thread, and not on the loop: seven pairs that wait for that thread are seven too many for the collector.
 *
 * <p>Made and logged on the loop; read on any thread.
 */
final class AccessLine implements LoggingEvent {

    private static final Logger ACCESS = LoggerFactory.getLogger("dev.reveille.gateway.web.access");
    private static final String MESSAGE = "request";

    private final SessionId session;
    private final String client;
    private final String method;
    private final String path;
    private final int status;
    private final long bytes;
    private final long nanos;

    AccessLine(SessionId session, String client, String method, String path, int status, long bytes, long nanos) {
        this.session = session;
        this.client = client;
        this.method = method;
        this.path = path;
        this.status = status;
        this.bytes = bytes;
        this.nanos = nanos;
    }

    /**
     * Logs a request and its answer.
     *
     * @param client the address it came from, as text
     * @param method empty for what was no request
     * @param path never with the query, which may hold a token
     * @param nanos how long it took
     */
    static void log(SessionId session, String client, String method, String path, int status, long bytes, long nanos) {
        if (!ACCESS.isInfoEnabled()) {
            return;
        }
        new AccessLine(session, client, printable(method), printable(path), status, bytes, nanos).to(ACCESS);
    }

    /** Hands itself over as it is where the logger takes events (Logback's does), and pair by pair otherwise. */
    void to(Logger logger) {
        if (logger instanceof LoggingEventAware aware) {
            aware.log(this);
        } else {
            LoggingEventBuilder event = logger.atInfo();
            for (KeyValuePair pair : getKeyValuePairs()) {
                event = event.addKeyValue(pair.key, pair.value);
            }
            event.log(MESSAGE);
        }
    }

    @Override
    public Level getLevel() {
        return Level.INFO;
    }

    @Override
    public String getLoggerName() {
        return ACCESS.getName();
    }

    @Override
    public String getMessage() {
        return MESSAGE;
    }

    @Override
    public List<Object> getArguments() {
        return List.of();
    }

    @Override
    public Object[] getArgumentArray() {
        return null; // As SLF4J says of events without arguments.
    }

    @Override
    public List<Marker> getMarkers() {
        return List.of();
    }

    @Override
    public List<KeyValuePair> getKeyValuePairs() {
        return new Pairs();
    }

    @Override
    public Throwable getThrowable() {
        return null; // As SLF4J says of events without one.
    }

    @Override
    public long getTimeStamp() {
        return 0; // The logger knows what time it is.
    }

    @Override
    public String getThreadName() {
        return Thread.currentThread().getName();
    }

    /** Each is made when it is asked for. */
    private final class Pairs extends AbstractList<KeyValuePair> {

        private static final int COUNT = 7;

        @Override
        public KeyValuePair get(int index) {
            return switch (index) {
                case 0 -> new KeyValuePair("session", session);
                case 1 -> new KeyValuePair("client", client);
                case 2 -> new KeyValuePair("method", method);
                case 3 -> new KeyValuePair("path", path);
                case 4 -> new KeyValuePair("status", status);
                case 5 -> new KeyValuePair("bytes", bytes);
                case 6 -> new KeyValuePair("ms", TimeUnit.NANOSECONDS.toMillis(nanos));
                default -> throw new IndexOutOfBoundsException(index);
            };
        }

        @Override
        public int size() {
            return COUNT;
        }
    }
}
