package dev.reveille.cancellation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.cancellation.store.KeyStore;
import dev.reveille.cancellation.store.StoreCommand;
import dev.reveille.cancellation.store.StoreReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A key store for which the test speaks: what it is told waits here until somebody answers. */
final class ScriptedKeyStore implements KeyStore {

    private static final int PATIENCE_SECONDS = 5;

    record Heard(List<StoreCommand> commands, CompletableFuture<List<StoreReply>> reply) {

        void answer(StoreReply... replies) {
            reply.complete(Arrays.asList(replies));
        }

        /** Done, or not there. */
        void works() {
            List<StoreReply> replies = new ArrayList<>();
            for (StoreCommand command : commands) {
                replies.add(command instanceof StoreCommand.Fetch ? new StoreReply.Missing() : new StoreReply.Done());
            }
            reply.complete(replies);
        }
    }

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final AtomicBoolean throwsNext = new AtomicBoolean();
    private final List<Consumer<StoreLink>> listeners = new ArrayList<>();

    @Override
    public CompletionStage<List<StoreReply>> execute(List<StoreCommand> batch) {
        if (throwsNext.getAndSet(false)) {
            throw new IllegalStateException("it should not");
        }
        CompletableFuture<List<StoreReply>> reply = new CompletableFuture<>();
        heard.add(new Heard(batch, reply));
        return reply;
    }

    @Override
    public synchronized Runnable watch(Consumer<StoreLink> listener) {
        listeners.add(listener);
        listener.accept(StoreLink.UP);
        return () -> unwatch(listener);
    }

    private synchronized void unwatch(Consumer<StoreLink> listener) {
        listeners.remove(listener);
    }

    synchronized void link(StoreLink link) {
        listeners.forEach(listener -> listener.accept(link));
    }

    void throwsNext() {
        throwsNext.set(true);
    }

    synchronized int listeners() {
        return listeners.size();
    }

    /** The next batch; fails the test where none comes. */
    Heard hears() {
        try {
            Heard next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("a batch").isNotNull();
            return next;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** What came so far and has not been taken: for use behind a message that the shard has answered. */
    boolean isSilent() {
        return heard.isEmpty();
    }
}
