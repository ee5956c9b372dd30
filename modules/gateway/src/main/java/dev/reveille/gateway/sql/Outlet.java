package dev.reveille.gateway.sql;

import dev.reveille.gateway.sql.answer.AnswerText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.QueueOfferResult;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * The way of a good answer out of the house, in pieces. A short one leaves whole, with its length; one that has grown past a
 * buffer is streamed from then on, as fast as its reader takes it. What fails later can only break the transfer off, so that nobody takes
 * half an answer for a whole one (spec 03 §6.5).
 *
 * <p>Used in its request's turns, but for what the reader's stream calls.
 */
final class Outlet {

    /** Bytes in a piece of an answer. */
    private static final int PIECE = 64 * 1024;

    /** What a piece is written into: it is taken when a row has made it full. */
    private static final int PIECE_CAPACITY = PIECE + 8 * 1024;

    /** An answer that is longer is worth counting until the reader has it. */
    private static final int SMALL = 64 * 1024;

    private final SqlSettings settings;
    private final Materializer materializer;
    private final Reader reader;
    private final List<ByteString> collected = new ArrayList<>();
    private final AtomicLong waiting = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private BoundedSourceQueue<ByteString> queue;
    private volatile boolean full;
    private volatile boolean left;
    private long takenAtLastLook;

    /** What the reader does; called on any thread. */
    interface Reader {

        /** It takes more. */
        void tookSome();

        /** It has all, or has gone. */
        void left();

        /** It takes nothing. */
        void stalled();
    }

    /** The answer was broken off; nobody is told why, because nobody can be. */
    static final class BrokenOff extends Exception {

        private static final long serialVersionUID = 1L;

        private BrokenOff() {
            super("the answer was broken off", null, false, false);
        }
    }

    Outlet(SqlSettings settings, Materializer materializer, Reader reader) {
        this.settings = settings;
        this.materializer = materializer;
        this.reader = reader;
    }

    boolean streaming() {
        return queue != null;
    }

    /** Whether so much waits for the reader that nothing should be added. */
    boolean full() {
        return full;
    }

    /** Bytes that wait for the reader, or for the rest of the answer. */
    long waiting() {
        return waiting.get();
    }

    /** The whole of an answer. The reader has it at once where it is small, and otherwise when it took it. */
    ResponseEntity whole(AnswerText text) {
        ByteString body = ByteString.emptyByteString();
        for (ByteString piece : collected) {
            body = body.concat(piece);
        }
        collected.clear();
        body = body.concat(text.take(0));
        if (body.size() <= SMALL) {
            reader.left();
            return HttpEntities.create(ContentTypes.APPLICATION_JSON, body);
        }
        return HttpEntities.create(
                ContentTypes.APPLICATION_JSON, body.size(), Source.single(body).watchTermination((_, done) -> {
                    done.whenComplete((_, _) -> reader.left());
                    return done;
                }));
    }

    /** From now on what is written is streamed, behind what has been collected. */
    ResponseEntity open() {
        var stream =
                Source.<ByteString>queue(2 + settings.answerBytes() / PIECE).preMaterialize(materializer);
        queue = stream.first();
        collected.forEach(queue::offer); // It has room for a whole answer.
        collected.clear();
        slowDownIfFull();
        look();
        return HttpEntities.createChunked(
                ContentTypes.APPLICATION_JSON, stream.second().map(this::took).watchTermination((_, done) -> {
                    done.whenComplete((_, _) -> {
                        left = true;
                        reader.left();
                    });
                    return done;
                }));
    }

    /**
     * Takes what has been written, where it is enough for a piece, and sends it on or collects it; false where the stream takes
     * nothing.
     */
    boolean pass(AnswerText text, boolean last) {
        if (text.size() < PIECE && !last || text.size() == 0) {
            return true;
        }
        ByteString written = text.take(last ? 0 : PIECE_CAPACITY);
        if (written.size() <= 2 * PIECE) {
            return pass(written);
        }
        // A large row is copied, so that a slow reader does not hold all of it to the last byte.
        boolean passed = true;
        for (ByteString rest = written; passed && !rest.isEmpty(); rest = rest.drop(PIECE)) {
            passed = pass(ByteString.fromArray(rest.take(PIECE).toArray()));
        }
        return passed;
    }

    private boolean pass(ByteString piece) {
        waiting.addAndGet(piece.size());
        if (queue == null) {
            collected.add(piece);
            return true;
        }
        slowDownIfFull();
        return queue.offer(piece).equals(QueueOfferResult.enqueued());
    }

    private void slowDownIfFull() {
        if (waiting.get() > settings.streamBytes()) {
            full = true;
            if (waiting.get() <= settings.streamBytes() / 2) {
                full = false; // The reader took it all in between, and saw no reason to say so.
            }
        }
    }

    /** Everything has been passed on. */
    void complete() {
        queue.complete();
    }

    /** The stream breaks. */
    void breakOff() {
        queue.fail(new BrokenOff());
    }

    private ByteString took(ByteString piece) {
        taken.addAndGet(piece.size());
        if (waiting.addAndGet(-piece.size()) <= settings.streamBytes() / 2 && full) {
            full = false;
            reader.tookSome();
        }
        return piece;
    }

    /** Looks whether the reader still takes something, as long as something waits. */
    private void look() {
        Clock.after(settings.readerMax(), materializer, () -> {
            long now = taken.get();
            if (left) {
                return;
            }
            if (waiting.get() > 0 && now == takenAtLastLook) {
                reader.stalled();
            } else {
                takenAtLastLook = now;
                look();
            }
        });
    }
}
