package dev.reveille.cancellation.execution;

import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.execution.CancelErrand.Step;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Brings one cancellation to its compute and stops: when it is done, when it failed, or when time is up. */
final class CancelErrand {

    private CancelErrand() {}

    sealed interface Step {}

    private record Delivered() implements Step {}

    private record Failed(Throwable cause) implements Step {}

    private enum TimeUp implements Step {
        INSTANCE
    }

    static Behavior<Step> create(CancelJob job, CancelDelivery delivery, Duration deadline) {
        return Behaviors.withTimers(timers -> Behaviors.setup(context -> {
            timers.startSingleTimer(TimeUp.INSTANCE, deadline);
            context.pipeToSelf(
                    delivery.deliver(job.target()),
                    (_, failure) ->
                            Optional.ofNullable(failure).<Step>map(Failed::new).orElseGet(Delivered::new));
            return Behaviors.receiveMessage(step -> {
                switch (step) {
                    case Delivered() -> job.ended().complete(Done.getInstance());
                    case Failed(Throwable cause) -> job.ended().completeExceptionally(cause);
                    case TimeUp.INSTANCE -> job.drop("the compute did not answer in time");
                }
                return Behaviors.stopped();
            });
        }));
    }
}
