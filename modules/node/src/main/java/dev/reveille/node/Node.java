package dev.reveille.node;

import dev.reveille.gateway.controlplane.FixedControlPlane;
import dev.reveille.gateway.postgres.PostgresListener;
import dev.reveille.gateway.web.WebListener;
import dev.reveille.node.admin.AdminServer;
import dev.reveille.node.certificates.DevCertificate;
import dev.reveille.node.commands.NodeProgram;
import dev.reveille.node.commands.RunningNode;
import dev.reveille.node.commands.StartFailure;
import dev.reveille.node.embedded.EmbeddedControlPlane;
import dev.reveille.node.embedded.EmbeddedFailure;
import dev.reveille.node.settings.ControlPlaneSettings;
import dev.reveille.node.settings.ListenAddress;
import dev.reveille.node.settings.NodeSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a node: the loops and the actor system on them, the control plane, and the doors one after another. */
final class Node implements NodeProgram {

    // Made before the actor system, whose threads would otherwise all be the first to log at once.
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    /** Why an address cannot be listened on, as a rule. */
    private static final List<String> SYSTEMS_WORDS =
            List.of("Address already in use", "Cannot assign requested address", "Permission denied");

    @Override
    public RunningNode start(NodeSettings settings) throws StartFailure {
        House house = House.build(settings);
        boolean started = false;
        try {
            Optional<EmbeddedControlPlane> embedded = Optional.empty();
            switch (settings.controlPlane()) {
                case ControlPlaneSettings.Fixed(var endpoints) ->
                    house.furnish(new FixedControlPlane(endpoints), Optional.empty());
                case ControlPlaneSettings.Embedded(var embeddedSettings, var _) -> {
                    EmbeddedControlPlane plane = EmbeddedControlPlane.open(house.system(), embeddedSettings);
                    embedded = Optional.of(plane);
                    house.furnish(plane, embedded);
                    certify(settings);
                }
            }
            house.prepareTls();
            house.cancellation().awaitAgreement();
            LiveNode node = new LiveNode(house, embedded);
            AdminServer admin = bound(
                    settings.listen().admin(),
                    AdminServer.start(house.system(), settings.listen().admin(), node));
            PostgresListener postgres = bound(settings.listen().postgres(), house.openPostgresDoor());
            Optional<WebListener> web = Optional.empty();
            Optional<CompletionStage<WebListener>> opening = house.openWebDoor();
            if (opening.isPresent()) {
                web = Optional.of(bound(settings.listen().web(), opening.get()));
            }
            node.open(postgres, web, admin);
            started = true;
            LOG.atInfo()
                    .addKeyValue("postgres", ListenAddress.format(node.postgresAddress()))
                    .addKeyValue("admin", ListenAddress.format(admin.address()))
                    .addKeyValue(
                            "web", node.webAddress().map(ListenAddress::format).orElse("off"))
                    .log("ready");
            return node;
        } catch (EmbeddedFailure failure) {
            throw new StartFailure(failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted while starting", interrupted);
        } finally {
            if (!started) {
                house.pullDown();
            }
        }
    }

    /** A development node has a certificate of its own; whoever names other ones serves those. */
    private static void certify(NodeSettings settings) throws StartFailure {
        Optional<Path> directory = settings.tls().directory();
        if (directory.isPresent()) {
            try {
                DevCertificate.ensure(directory.get());
            } catch (IOException | GeneralSecurityException failure) {
                throw new StartFailure("cannot make a certificate in " + directory.get() + ": " + failure, failure);
            }
        }
    }

    private static <T> T bound(InetSocketAddress address, CompletionStage<T> binding) throws StartFailure {
        try {
            return binding.toCompletableFuture().join();
        } catch (CompletionException failure) {
            Throwable cause = failure.getCause();
            throw new StartFailure(
                    "cannot listen on %s: %s".formatted(ListenAddress.format(address), why(cause)), cause);
        }
    }

    /** What the system says, without the words that each library puts around it. */
    private static String why(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return SYSTEMS_WORDS.stream().filter(message::contains).findFirst().orElse(message);
    }
}
