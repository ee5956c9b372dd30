package dev.reveille.session.visit;

import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelDesk;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.session.SessionSettings;
import dev.reveille.session.authentication.PasswordCheckers;
import dev.reveille.session.compute.ComputeDialer;
import dev.reveille.session.compute.ComputeUsage;
import dev.reveille.session.compute.Endpoints;
import dev.reveille.session.compute.ReadyComputes;
import dev.reveille.session.directory.AccessDirectory;
import dev.reveille.session.kept.KeptConnections;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

/**
 * Everything that the sessions of one loop share.
 *
 * @param access who may come in
 * @param ready where computes are that are awake
 * @param endpoints who wakes the others
 * @param dialer opens connections on this loop
 * @param usage hears which computes are used
 * @param kept connections that sessions of this loop have left behind
 * @param passwordCheckers stretch clear-text passwords
 * @param cancelKeys the keys of this node's sessions
 * @param cancelDesk takes cancel requests for sessions anywhere
 * @param cancelDelivery brings cancel requests to computes
 * @param mockKey secret from which the verifiers of roles that do not exist are made; the same on all nodes, so that they
 *     look the same everywhere
 */
public record SessionRoles(
        SessionSettings settings,
        AccessDirectory access,
        ReadyComputes ready,
        ActorRef<Endpoints.Command> endpoints,
        ComputeDialer dialer,
        ComputeUsage usage,
        KeptConnections kept,
        PasswordCheckers passwordCheckers,
        CancelKeys cancelKeys,
        CancelDesk cancelDesk,
        CancelDelivery cancelDelivery,
        ByteString mockKey) {

    @Override
    public String toString() {
        return "SessionRoles[***]";
    }
}
