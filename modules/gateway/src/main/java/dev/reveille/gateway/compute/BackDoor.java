package dev.reveille.gateway.compute;

import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.gateway.loops.Loop;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.loops.Transport;
import dev.reveille.gateway.tls.ComputeTlsContexts;
import dev.reveille.session.compute.ComputeDialer;

/**
 * The way out to the computes: makes what the sessions of each loop dial and cancel with. What must be counted for the
 * whole node is shared. Any thread.
 */
public final class BackDoor {

    private final Transport transport;
    private final ComputeTlsContexts contexts;
    private final DialSettings settings;
    private final SocketSettings socket;
    private final Resolver resolver;
    private final DialPermits permits;

    public BackDoor(Transport transport, ComputeTlsContexts contexts, DialSettings settings, SocketSettings socket) {
        this.transport = transport;
        this.contexts = contexts;
        this.settings = settings;
        this.socket = socket;
        this.resolver = new Resolver(settings.resolveMax());
        this.permits = new DialPermits(settings.concurrentMax(), settings.permitMax());
    }

    /** What the sessions of {@code loop} reach their computes with. */
    public ComputeDialer dialer(Loop loop) {
        return new LoopDialer(loop, connector(loop), resolver, permits, socket);
    }

    /** What brings the cancel requests of {@code loop}'s sessions. */
    public CancelDelivery cancelDelivery(Loop loop) {
        return new CancelCourier(connector(loop), settings.cancelMax());
    }

    private ComputeConnector connector(Loop loop) {
        return new ComputeConnector(loop, transport, contexts, settings);
    }
}
