package dev.reveille.session.compute;

import java.time.Duration;

/**
 * What to do when a compute could not be reached (spec 02 §6.3, with a counter of its own): an address that may be out of
 * date is asked for afresh, once, even where trying the same one again would be pointless; after that the same address
 * is tried again with growing pauses. Values: each step yields the plan for the next.
 *
 * @param freshAddress whether the address was already asked for afresh
 * @param counter retries counted so far
 */
public record ConnectPlan(RetryPolicy policy, boolean freshAddress, int counter) {

    /** A plan at its beginning. */
    public static ConnectPlan of(RetryPolicy policy) {
        return new ConnectPlan(policy, false, 0);
    }

    /** What comes next. */
    public sealed interface Next {}

    /** Report the address as stale, find the compute again and dial it. */
    public record FindAgain(ConnectPlan plan) implements Next {}

    /** Dial the same address after a pause. */
    public record DialAgain(ConnectPlan plan, Duration pause) implements Next {}

    /** It will not get better. */
    public record GiveUp() implements Next {}

    /**
     * After dialling failed.
     *
     * @param chance between 0 and 1, evenly spread
     */
    public Next after(DialFailure.Reason reason, double chance) {
        if (!freshAddress && reason.blamesAddress()) {
            return new FindAgain(new ConnectPlan(policy, true, 1));
        }
        if (!reason.retryable() || !policy.allows(counter)) {
            return new GiveUp();
        }
        Duration pause = counter == 0 ? Duration.ZERO : policy.delay(counter, chance);
        return new DialAgain(new ConnectPlan(policy, true, counter + 1), pause);
    }
}
