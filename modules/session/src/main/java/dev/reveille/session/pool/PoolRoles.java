package dev.reveille.session.pool;

import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.session.SessionSettings;
import dev.reveille.session.compute.ComputeDialer;
import dev.reveille.session.compute.ComputeUsage;
import dev.reveille.session.compute.Endpoints;
import dev.reveille.session.compute.ReadyComputes;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Everything that the pools of one loop share.
 *
 * @param dispatcher the loop's
 * @param here whether the thread that asks is the loop's
 * @param settings how much, and for how long
 * @param reaching how long finding a compute and logging in there may take, as for sessions
 * @param ready where computes are that are awake
 * @param endpoints who wakes the others
 * @param dialer opens connections on this loop
 * @param usage hears which computes are used
 * @param cancelDelivery brings cancel requests to computes
 * @param counters the node's
 */
public record PoolRoles(
        String dispatcher,
        BooleanSupplier here,
        PoolSettings settings,
        SessionSettings reaching,
        ReadyComputes ready,
        ActorRef<Endpoints.Command> endpoints,
        ComputeDialer dialer,
        ComputeUsage usage,
        CancelDelivery cancelDelivery,
        PoolCounters counters) {}
