package dev.reveille.session.compute;

import java.util.concurrent.CompletionStage;

/**
 * Opens connections to computes: a role that the gateway plays. A dialer belongs to one loop; the connection's socket
 * is owned by that loop, so its link must be used on the same loop.
 */
public interface ComputeDialer {

    /**
     * Resolves, connects and secures, each within its own deadline (spec 02 §6.3). May be called on any thread; the
     * stage completes on the loop. It fails with {@link DialFailure} only. A caller that is no longer interested when
     * the stage completes must close the connection.
     */
    CompletionStage<ComputeConnection> dial(ComputeAddress address, ComputeTls tls);
}
