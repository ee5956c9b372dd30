package dev.reveille.kit;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.util.ByteString;

/**
 * The far end of a connection, in the hands of a test: what the test says here is read by whoever runs {@link #flow}, and
 * what they write is heard here. Nothing is read ahead on the way, so back-pressure can be seen.
 *
 * <p>Calls come from the test's thread. Those that hear wait for a bounded time; when they wait in vain, the error shows
 * the conversation so far.
 */
public final class FarEnd {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final FarEndStage stage = new FarEndStage(this);
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<String> conversation = new ArrayList<>();

    private ByteString unheard = ByteString.emptyByteString();
    private long bytesHeard;
    private int chunksTaken;
    private boolean finished;
    private boolean broken;
    private boolean letGo;
    private int turns;
    private boolean over;

    /** An end that nobody has connected to yet; the name appears in failures. */
    public FarEnd(String name) {
        this.name = name;
    }

    /** The connection, as the code under test sees it; for one run. */
    public Flow<ByteString, ByteString, NotUsed> flow() {
        return Flow.fromGraph(stage);
    }

    // ---- saying ----

    /** Each of these is one chunk, as one read of a socket would give it. */
    public void says(ByteString... chunks) {
        for (ByteString chunk : chunks) {
            note("says " + chunk.size() + " bytes");
            stage.order(logic -> logic.say(chunk));
        }
    }

    /** Closes this half, behind what was said, and still hears the other one. */
    public void finishes() {
        note("finishes");
        stage.order(FarEndStage.Logic::finish);
    }

    /** Closes both halves, the sending one behind what was said. */
    public void hangsUp() {
        note("hangs up");
        stage.order(FarEndStage.Logic::hangUp);
    }

    /** The connection fails, as by a reset. */
    public void breaks() {
        note("breaks");
        stage.order(FarEndStage.Logic::breakDown);
    }

    /** From now on nothing is read, until {@link #readsOn}. */
    public void stopsReading() {
        stage.order(logic -> logic.read(false));
        settles();
    }

    public void readsOn() {
        stage.order(logic -> logic.read(true));
    }

    /** Waits until this end has done all it was told, and whatever that set off at once in the same stream is done. */
    public void settles() {
        // One turn for the orders themselves, the others for what they caused.
        for (int turn = 0; turn < 3; turn++) {
            int reached = turns() + 1;
            stage.order(_ -> change(() -> turns++));
            waitsUntil("somebody to run the flow", () -> turns >= reached || over);
        }
    }

    // ---- hearing ----

    /** The next message. */
    public Frame hearsFrame() {
        return hears(bytes -> Frame.next(bytes, Integer.MAX_VALUE));
    }

    /** The next value of this form. */
    public <T> T hears(Function<ByteString, Decoded<T>> form) {
        lock.lock();
        try {
            for (long left = PATIENCE.toNanos(); ; left = await(left, "more of a message")) {
                switch (form.apply(unheard)) {
                    case Decoded.Complete<T>(T value, ByteString rest) -> {
                        unheard = rest;
                        conversation.add("hears " + value);
                        return value;
                    }
                    case Decoded.Malformed<T>(String reason) -> throw failure("heard something malformed: " + reason);
                    case Decoded.Incomplete<T> _ -> {}
                }
                if (finished || broken) {
                    throw failure("the other side has %s, %d bytes are left"
                            .formatted(finished ? "finished" : "broken off", unheard.size()));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Exactly these bytes. */
    public void hears(ByteString expected) {
        waitsUntil(
                "%d bytes".formatted(expected.size()), () -> unheard.size() >= expected.size() || finished || broken);
        lock.lock();
        try {
            ByteString head = unheard.take(expected.size());
            if (!head.equals(expected)) {
                throw failure("expected %s but heard %s".formatted(expected, head));
            }
            unheard = unheard.drop(expected.size());
        } finally {
            lock.unlock();
        }
    }

    /** The other side closes its half in good order, with nothing said that was not heard. */
    public void hearsTheEnd() {
        waitsUntil("the end", () -> finished || broken);
        lock.lock();
        try {
            if (broken || !unheard.isEmpty()) {
                throw failure("expected a clean end, but %s with %d bytes unheard: %s"
                        .formatted(broken ? "it broke off" : "it came", unheard.size(), unheard.utf8String()));
            }
        } finally {
            lock.unlock();
        }
    }

    /** The other side breaks off. */
    public void hearsItBreak() {
        waitsUntil("a break", () -> broken);
    }

    /** The connection is gone, whichever way. */
    public void hearsItGo() {
        waitsUntil("the connection to go", () -> finished || broken);
    }

    /** The other side reads no more. */
    public void isLetGo() {
        waitsUntil("to be let go", () -> letGo);
    }

    /** Waits until this much was heard, heeded or not. */
    public void hasHeard(long bytes) {
        waitsUntil("%d bytes in all".formatted(bytes), () -> bytesHeard >= bytes);
    }

    /** What came and was not heeded yet. */
    public ByteString unheard() {
        lock.lock();
        try {
            return unheard;
        } finally {
            lock.unlock();
        }
    }

    /** How many of the chunks said here have been taken. */
    public int chunksTaken() {
        lock.lock();
        try {
            return chunksTaken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until this many of the chunks said here have been taken. */
    public void isRelievedOf(int chunks) {
        waitsUntil("%d chunks to be taken".formatted(chunks), () -> chunksTaken >= chunks);
    }

    /** Whether the other side is still there, both ways. */
    public boolean isOpen() {
        lock.lock();
        try {
            return !finished && !broken && !letGo;
        } finally {
            lock.unlock();
        }
    }

    // ---- what the stage reports ----

    void heard(ByteString bytes) {
        change(() -> {
            unheard = unheard.concat(bytes);
            bytesHeard += bytes.size();
        });
    }

    void taken() {
        change(() -> chunksTaken++);
    }

    void otherFinished() {
        change(() -> finished = true);
    }

    void otherBroke() {
        change(() -> broken = true);
    }

    void otherLetGo() {
        change(() -> letGo = true);
    }

    void streamEnded() {
        change(() -> over = true);
    }

    // ---- waiting ----

    private int turns() {
        lock.lock();
        try {
            return turns;
        } finally {
            lock.unlock();
        }
    }

    private void waitsUntil(String what, BooleanSupplier reached) {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (!reached.getAsBoolean()) {
                left = await(left, what);
            }
        } finally {
            lock.unlock();
        }
    }

    private long await(long nanos, String what) {
        if (nanos <= 0) {
            throw failure("waited in vain for %s; unheard are %d bytes".formatted(what, unheard.size()));
        }
        try {
            return changed.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted");
        }
    }

    private void change(Runnable how) {
        lock.lock();
        try {
            how.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void note(String line) {
        change(() -> conversation.add(line));
    }

    private AssertionError failure(String what) {
        lock.lock();
        try {
            return new AssertionError("%s: %s%n  %s".formatted(name, what, String.join("\n  ", conversation)));
        } finally {
            lock.unlock();
        }
    }
}
