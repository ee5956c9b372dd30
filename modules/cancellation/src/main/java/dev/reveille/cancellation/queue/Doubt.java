package dev.reveille.cancellation.queue;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Whether the store still has what it was given. A store that comes back may be another one, may have started empty or from
 * an old copy; one that never went away may have been emptied. Nothing announces it, so a few of the newest keys are tried:
 * while all of them are there nothing more is done, and as soon as one is missing all keys are looked at that were stored
 * before.
 */
final class Doubt {

    private enum State {
        NONE,
        /** A sample is to be drawn. */
        CAST,
        /** A sample is on its way. */
        SAMPLING
    }

    private final int sampleMax;
    private final long pause;
    private final Set<KeptKey> sample = new HashSet<>();
    private State state = State.NONE;
    private boolean answered;
    private long since;
    private OptionalLong missedAt = OptionalLong.empty();

    Doubt(QueueSettings settings) {
        this.sampleMax = settings.sampleMax();
        this.pause = settings.samplePause().toNanos();
    }

    /**
     * Whatever was stored before now may be lost. Returns whether all of it is to be looked at already, because a sample
     * that was drawn before has not been answered.
     */
    boolean cast(long now) {
        boolean again = state == State.SAMPLING;
        since = now;
        sample.clear();
        state = again ? State.NONE : State.CAST;
        return again;
    }

    /** A key was missing that nobody had asked for in doubt; one may be, but often it is not the only one. */
    void missed(long now) {
        boolean lately = missedAt.isPresent() && now - missedAt.getAsLong() < pause;
        if (state == State.NONE && !lately) {
            missedAt = OptionalLong.of(now);
            cast(now);
        }
    }

    /** The same, without a sample: all of it is to be looked at. */
    void castOnAll(long now) {
        since = now;
        sample.clear();
        state = State.NONE;
    }

    boolean isUnresolved() {
        return state != State.NONE;
    }

    boolean wantsSample() {
        return state == State.CAST;
    }

    /** Of these, which are in the store as far as is known, the newest that are in doubt. */
    List<KeptKey> draw(Collection<KeptKey> keys, KeyLife life) {
        List<KeptKey> drawn = keys.stream()
                .filter(kept -> isDoubted(kept, life))
                .sorted(KeptKey.BY_AGE.reversed())
                .limit(sampleMax)
                .toList();
        sample.addAll(drawn);
        answered = false;
        state = drawn.isEmpty() ? State.NONE : State.SAMPLING;
        return drawn;
    }

    boolean isDoubted(KeptKey kept, KeyLife life) {
        return kept.stored && kept.storedAt(life) - since < 0;
    }

    /** The key is in the store. */
    void found(KeptKey kept) {
        if (sample.remove(kept)) {
            answered = true;
            settle();
        }
    }

    /** It is not. Returns whether that was what the sample was drawn for, so that all others must be looked at. */
    boolean isConfirmedBy(KeptKey kept) {
        boolean confirmed = sample.contains(kept);
        if (confirmed) {
            sample.clear();
            state = State.NONE;
        }
        return confirmed;
    }

    /** The store will not be asked for this key. */
    void left(KeptKey kept) {
        if (sample.remove(kept)) {
            settle();
        }
    }

    private void settle() {
        if (sample.isEmpty()) {
            state = answered ? State.NONE : State.CAST;
        }
    }
}
