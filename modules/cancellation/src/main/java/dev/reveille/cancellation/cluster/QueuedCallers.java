package dev.reveille.cancellation.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * Watches those whose look-ups could not be sent at once, so that nothing is asked for somebody who is gone.
 *
 * @param <A> one look-up of one caller
 */
final class QueuedCallers<A> {

    private final ActorContext<?> context;
    private final Map<ActorRef<?>, Set<A>> waiting = new HashMap<>();

    QueuedCallers(ActorContext<?> context) {
        this.context = context;
    }

    void queued(ActorRef<?> caller, A lookUp) {
        waiting.computeIfAbsent(caller, this::watched).add(lookUp);
    }

    void answered(ActorRef<?> caller, A lookUp) {
        Set<A> left = waiting.get(caller);
        if (left != null && left.remove(lookUp) && left.isEmpty()) {
            waiting.remove(caller);
            context.unwatch(caller);
        }
    }

    void gone(ActorRef<?> caller) {
        waiting.remove(caller);
    }

    private Set<A> watched(ActorRef<?> caller) {
        context.watch(caller);
        return new HashSet<>();
    }
}
