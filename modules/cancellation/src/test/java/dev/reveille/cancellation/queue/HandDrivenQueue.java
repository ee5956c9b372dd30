package dev.reveille.cancellation.queue;

import static dev.reveille.cancellation.fakes.Sessions.session;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.store.KeyStore.StoreLink;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;

/** A queue whose clock, whose store and whose callers are the test. */
final class HandDrivenQueue {

    /** The store has done as asked, and knows no key that it is asked for. */
    static final Function<StoreCommand, StoreReply> WORKS = command -> switch (command) {
        case StoreCommand.Put _, StoreCommand.Extend _, StoreCommand.Remove _ -> new StoreReply.Done();
        case StoreCommand.Fetch _ -> new StoreReply.Missing();
    };

    static final Function<StoreCommand, StoreReply> FAILS = _ -> new StoreReply.Failed("connection reset", true);

    private static final int BATCHES_MAX = 10_000;

    record Said(Duration at, StoreCommand command) {}

    private final QueueSettings settings;
    private final StoreQueue<String> queue;
    private final Deque<Batch> inFlight = new ArrayDeque<>();
    private final Map<String, StoreReply> answers = new HashMap<>();
    private final List<Said> said = new ArrayList<>();
    private Function<StoreCommand, StoreReply> atOnce;
    private boolean answersAtOnce;
    private int keys;
    private int wakings;
    private long now = -1_000_000_000L; // A clock may well say less than nothing.
    private final long began = now;

    HandDrivenQueue(QueueSettings settings) {
        this.settings = settings;
        this.queue = new StoreQueue<>(
                settings,
                new Random(7),
                (caller, reply) -> assertThat(answers.put(caller, reply))
                        .as("an earlier answer to %s", caller)
                        .isNull());
        link(StoreLink.UP);
    }

    static QueueSettings settings(int batchMax, int batchesMax) {
        QueueSettings usual = QueueSettings.DEFAULTS;
        return new QueueSettings(
                usual.life(),
                batchMax,
                batchesMax,
                usual.batchTimeMax(),
                usual.lookUpsMax(),
                usual.putsMax(),
                usual.removesMax(),
                usual.replayRate(),
                usual.pauseMin(),
                usual.pauseMax(),
                usual.refusedPause(),
                usual.sampleMax(),
                usual.samplePause());
    }

    static QueueSettings narrow(int lookUpsMax, int putsMax, int removesMax, int replayRate) {
        QueueSettings usual = QueueSettings.DEFAULTS;
        return new QueueSettings(
                usual.life(),
                usual.batchMax(),
                usual.batchesMax(),
                usual.batchTimeMax(),
                lookUpsMax,
                putsMax,
                removesMax,
                replayRate,
                usual.pauseMin(),
                usual.pauseMax(),
                usual.refusedPause(),
                usual.sampleMax(),
                usual.samplePause());
    }

    // ---- what happens ----

    KeptKey begins(long key) {
        KeptKey kept = new KeptKey(key, session((int) key), keys++);
        begins(kept);
        return kept;
    }

    void begins(KeptKey kept) {
        queue.begin(kept, now);
        settle();
    }

    /** Another queue at the same time. */
    HandDrivenQueue successor() {
        queue.close("restart");
        HandDrivenQueue next = new HandDrivenQueue(settings);
        next.now = now;
        return next;
    }

    List<KeptKey> begin(int first, int last) {
        List<KeptKey> all = new ArrayList<>();
        for (int key = first; key <= last; key++) {
            all.add(begins(key));
        }
        return all;
    }

    void ends(KeptKey kept) {
        queue.end(kept, now);
        settle();
    }

    void abandons(KeptKey kept) {
        queue.abandon(kept);
        settle();
    }

    void asks(String caller, long key) {
        asks(caller, key, Duration.ofSeconds(5));
    }

    void asks(String caller, long key, Duration patience) {
        queue.lookUp(key, caller, now + patience.toNanos());
        settle();
    }

    void vanishes(String caller) {
        queue.forget(caller::equals);
        settle();
    }

    void link(StoreLink link) {
        queue.link(link, now);
        settle();
    }

    /** From now on the store answers without delay. */
    void storeSays(Function<StoreCommand, StoreReply> answer) {
        atOnce = answer;
        answersAtOnce = true;
        settle();
    }

    /** From now on the store is silent until the test speaks for it. */
    void storeIsSilent() {
        answersAtOnce = false;
    }

    /** The oldest batch in flight comes back. */
    void comesBack(Function<StoreCommand, StoreReply> answer) {
        Batch batch = inFlight.remove();
        queue.replied(batch.id(), batch.commands().stream().map(answer).toList(), now);
        settle();
    }

    void comesBackWith(StoreReply... replies) {
        comesBack(inFlight.element(), replies);
    }

    void comesBack(Batch batch, StoreReply... replies) {
        inFlight.remove(batch);
        queue.replied(batch.id(), Arrays.asList(replies), now);
        settle();
    }

    void isLost(String reason) {
        queue.failed(inFlight.remove().id(), reason, now);
        settle();
    }

    /** Time passes as it does for whoever owns the queue: from one thing that is due to the next. */
    void timePasses(Duration span) {
        long until = now + span.toNanos();
        OptionalLong due = queue.nextDue(now);
        while (due.isPresent() && due.getAsLong() - until <= 0) {
            long last = now;
            now = Math.max(now, due.getAsLong());
            wakings++;
            QueueSizes before = queue.sizes();
            settle();
            due = queue.nextDue(now);
            assertThat(now > last || !before.equals(queue.sizes()) || due.isEmpty() || due.getAsLong() > now)
                    .as("something happens when something is due: %s", before)
                    .isTrue();
        }
        now = until;
        settle();
    }

    // ---- what is seen ----

    /** The keys of the oldest batch in flight. */
    List<Long> oldestBatch() {
        return keys(inFlight.element());
    }

    Batch oldest() {
        return inFlight.element();
    }

    List<List<Long>> batchesInFlight() {
        return inFlight.stream().map(HandDrivenQueue::keys).toList();
    }

    StoreReply answerTo(String caller) {
        return answers.get(caller);
    }

    boolean isAnswered(String caller) {
        return answers.containsKey(caller);
    }

    List<Said> said() {
        return Collections.unmodifiableList(said);
    }

    List<StoreCommand> commands() {
        return said.stream().map(Said::command).toList();
    }

    void forgetWhatWasSaid() {
        said.clear();
    }

    /** How often the owner had to come back without an event. */
    int wakings() {
        return wakings;
    }

    QueueSizes sizes() {
        return queue.sizes();
    }

    OptionalLong nextDue() {
        return queue.nextDue(now);
    }

    private void settle() {
        queue.expire(now);
        int batches = 0;
        for (var batch = queue.next(now); batch.isPresent(); batch = queue.next(now)) {
            assertThat(batch.get().commands()).isNotEmpty();
            assertThat(batches++).as("batches at once").isLessThan(BATCHES_MAX);
            batch.get().commands().forEach(command -> said.add(new Said(Duration.ofNanos(now - began), command)));
            inFlight.add(batch.get());
            if (answersAtOnce) {
                inFlight.removeLast();
                queue.replied(
                        batch.get().id(),
                        batch.get().commands().stream().map(atOnce).toList(),
                        now);
            }
        }
    }

    private static List<Long> keys(Batch batch) {
        return batch.commands().stream().map(StoreCommand::key).toList();
    }
}
