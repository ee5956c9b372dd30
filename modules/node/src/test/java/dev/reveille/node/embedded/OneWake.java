package dev.reveille.node.embedded;

import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.SessionId;
import dev.reveille.session.compute.Compute;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A program for tests that need a node in a process of its own: opens the directory it is given, wakes the endpoint
 * {@code demo}, says {@code READY address password}, and leaves in good order when its input ends.
 */
public final class OneWake {

    private OneWake() {}

    public static void main(String[] arguments) throws Exception {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "one-wake");
        EmbeddedControlPlane controlPlane =
                EmbeddedControlPlane.open(system, EmbeddedSettings.of(Path.of(arguments[0]), Duration.ofMinutes(10)));
        Compute compute = controlPlane
                .wake(SessionId.random(), EndpointKey.of(new EndpointId("demo")))
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
        System.out.println("READY " + compute.address() + " " + controlPlane.password());
        waitForTheEnd();
        controlPlane.stop().toCompletableFuture().get(60, TimeUnit.SECONDS);
        system.terminate();
    }

    private static void waitForTheEnd() throws IOException {
        System.in.transferTo(OutputStream.nullOutputStream());
    }
}
