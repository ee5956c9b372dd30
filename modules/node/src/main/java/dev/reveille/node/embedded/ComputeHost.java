package dev.reveille.node.embedded;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.session.compute.ComputeAddress;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/** Does what {@link EmbeddedCompute} decides. Everything here blocks unless it says otherwise. */
interface ComputeHost {

    /** Starts the endpoint's server, making its data first where there is none, and returns when it is ready. */
    RunningServer start(EndpointId endpoint) throws EmbeddedFailure, IOException, InterruptedException;

    /** Notes that the endpoint was used at this moment. */
    void used(EndpointId endpoint);

    /** A server that was ready once. */
    interface RunningServer {

        /** Where it listens; does not block. */
        ComputeAddress address();

        /** Completes when its process is gone, for whatever reason; does not block. */
        CompletionStage<Done> gone();

        /** Stops it, cleanly if it lets us; returns when it is gone. */
        void stop() throws InterruptedException;
    }
}
