package dev.reveille.node;

import com.typesafe.config.ConfigFactory;
import dev.reveille.node.admin.AdminServer;
import dev.reveille.node.admin.Readiness;
import dev.reveille.node.commands.NodeProgram;
import dev.reveille.node.commands.RunningNode;
import dev.reveille.node.commands.StartFailure;
import dev.reveille.node.settings.ListenAddress;
import dev.reveille.node.settings.NodeSettings;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a node: the actor system, and the doors one after another. So far the only door is the one for operators. */
final class Node implements NodeProgram {

    // Made before the actor system, whose threads would otherwise all be the first to log at once.
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    @Override
    public RunningNode start(NodeSettings settings) throws StartFailure {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "reveille", ConfigFactory.load());
        try {
            AdminServer admin = AdminServer.start(system, settings.listen().admin(), new Open())
                    .toCompletableFuture()
                    .join();
            CoordinatedShutdown.get(system)
                    .addTask(
                            CoordinatedShutdown.PhaseServiceStop(),
                            "admin",
                            () -> admin.stop().thenApply(_ -> Done.getInstance()));
        } catch (CompletionException failure) {
            system.terminate();
            throw new StartFailure(
                    "cannot listen on %s: %s"
                            .formatted(
                                    ListenAddress.format(settings.listen().admin()),
                                    failure.getCause().getMessage()),
                    failure.getCause());
        }
        LOG.atInfo()
                .addKeyValue("admin", ListenAddress.format(settings.listen().admin()))
                .log("ready");
        return new Running(system);
    }

    private record Running(ActorSystem<Void> system) implements RunningNode {

        @Override
        public List<String> greeting() {
            return List.of();
        }

        @Override
        public void drain() {
            system.terminate();
        }

        @Override
        public void hurry() {
            system.terminate();
        }

        @Override
        public CompletionStage<Void> stopped() {
            return system.getWhenTerminated().thenApply(_ -> null);
        }
    }

    private record Open() implements Readiness {

        @Override
        public List<Check> startup() {
            return List.of(Check.passed("admin-door"));
        }

        @Override
        public List<Check> alive() {
            return List.of(Check.passed("process"));
        }

        @Override
        public List<Check> ready() {
            return List.of(Check.passed("admin-door"));
        }
    }
}
