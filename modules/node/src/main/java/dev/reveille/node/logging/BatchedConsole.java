package dev.reveille.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.event.KeyValuePair;

/**
 * Writes log events to standard error from a thread of its own, so that a loop never waits for a terminal or a pipe. While
 * there is much to write, the thread is not woken for each event, which cost more than the event itself; it looks every
 * {@code gatherMillis} and writes what has come in one piece. The first event after a rest, and each warning, wake it at once.
 *
 * <p>What does not fit into the queue is dropped, and their number is told when there is room again. {@link #stop} writes what
 * is left. {@link #doAppend} may be called on any thread and does not block; Logback calls the rest.
 */
public final class BatchedConsole extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final int QUEUE_SIZE = 8_192;
    private static final int BATCH_MAX = 512;
    private static final int GATHER_MILLIS = 50;

    /** Looks in vain before the thread sleeps until somebody wakes it. */
    private static final int LOOKS_MAX = 50;

    private static final long STOP_MAX_MILLIS = 2_000;

    private final OutputStream stream;
    private final AtomicLong dropped = new AtomicLong();
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream();
    private final List<ILoggingEvent> batch = new ArrayList<>();
    private int queueSize = QUEUE_SIZE;
    private int gatherMillis = GATHER_MILLIS;
    private BlockingQueue<ILoggingEvent> queue = new ArrayBlockingQueue<>(1);
    private Encoder<ILoggingEvent> encoder;
    private Thread writer;
    private volatile boolean asleep;
    private volatile boolean stopping;

    /** Called by Logback. */
    public BatchedConsole() {
        this(new FileOutputStream(FileDescriptor.err));
    }

    BatchedConsole(OutputStream stream) {
        this.stream = stream;
    }

    /** What a line looks like; to be set before the start. */
    public void setEncoder(Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
    }

    /** How many events may wait: 1 or more; 8,192 unless set. */
    public void setQueueSize(int queueSize) {
        this.queueSize = queueSize;
    }

    /** For how long events are gathered before they are written: 1 ms or more; 50 unless set. */
    public void setGatherMillis(int gatherMillis) {
        this.gatherMillis = gatherMillis;
    }

    @Override
    public void start() {
        if (encoder == null || queueSize < 1 || gatherMillis < 1) {
            addError("an encoder, room for one event and one millisecond are the least that is needed");
            return;
        }
        queue = new ArrayBlockingQueue<>(queueSize);
        stopping = false;
        writer = Thread.ofPlatform().daemon().name("reveille-log").start(this::writeOn);
        super.start();
    }

    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        stopping = true;
        LockSupport.unpark(writer);
        try {
            writer.join(STOP_MAX_MILLIS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        if (!queue.offer(event)) {
            dropped.incrementAndGet();
        } else if (asleep || event.getLevel().isGreaterOrEqual(Level.WARN)) {
            LockSupport.unpark(writer);
        }
    }

    /** Whether its thread waits until somebody wakes it. */
    boolean isAsleep() {
        return asleep;
    }

    // ---- the writer's thread ----

    private void writeOn() {
        int looks = 0;
        while (!stopping) {
            looks = writeBatch() ? 0 : looks + 1;
            if (looks > LOOKS_MAX) {
                sleep();
                looks = 0;
            } else if (queue.size() < BATCH_MAX) {
                LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(gatherMillis));
            }
        }
        while (writeBatch()) {
            // Until nothing is left.
        }
    }

    /** Who queues an event after this has looked sees that it is asleep. */
    private void sleep() {
        asleep = true;
        while (queue.isEmpty() && !stopping) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    private boolean writeBatch() {
        tellOfDropped();
        queue.drainTo(batch, BATCH_MAX);
        if (batch.isEmpty()) {
            return false;
        }
        for (ILoggingEvent event : batch) {
            piece.writeBytes(encode(event));
        }
        batch.clear();
        try {
            piece.writeTo(stream);
            stream.flush();
        } catch (IOException closed) {
            addError("log events cannot be written", closed); // Nobody is left to tell.
        }
        piece.reset();
        return true;
    }

    private byte[] encode(ILoggingEvent event) {
        try {
            return encoder.encode(event);
        } catch (RuntimeException | StackOverflowError unprintable) { // The thread has to live on.
            addError("a log event cannot be written", unprintable);
            return new byte[0];
        }
    }

    private void tellOfDropped() {
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
            LoggingEvent event = new LoggingEvent();
            event.setLoggerName(BatchedConsole.class.getName());
            event.setLevel(Level.WARN);
            event.setInstant(Instant.now());
            event.setThreadName(Thread.currentThread().getName());
            event.setMDCPropertyMap(Map.of());
            event.setMessage("log events were dropped, because nobody takes them as fast as they come");
            event.addKeyValuePair(new KeyValuePair("count", lost));
            batch.add(event);
        }
    }
}
