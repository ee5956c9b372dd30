package dev.reveille.gateway.bench;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.gateway.compute.BackDoor;
import dev.reveille.gateway.compute.DialSettings;
import dev.reveille.gateway.controlplane.FixedControlPlane;
import dev.reveille.gateway.controlplane.FixedEndpoint;
import dev.reveille.gateway.loops.Loops;
import dev.reveille.gateway.loops.SocketSettings;
import dev.reveille.gateway.sql.SqlDoor;
import dev.reveille.gateway.sql.SqlRoles;
import dev.reveille.gateway.sql.SqlSettings;
import dev.reveille.gateway.tls.CertificateProblem;
import dev.reveille.gateway.tls.ComputeTlsContexts;
import dev.reveille.gateway.tls.TlsProvider;
import dev.reveille.gateway.web.WebHandler;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.SessionSettings;
import dev.reveille.session.authentication.PasswordCheckers;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.ComputeUsage;
import dev.reveille.session.compute.ControlPlane;
import dev.reveille.session.compute.EndpointSettings;
import dev.reveille.session.compute.Endpoints;
import dev.reveille.session.compute.ReadyComputes;
import dev.reveille.session.directory.AccessDirectory;
import dev.reveille.session.directory.AccessSettings;
import dev.reveille.session.pool.ComputePools;
import dev.reveille.session.pool.PoolCounters;
import dev.reveille.session.pool.PoolRoles;
import dev.reveille.session.pool.PoolSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.util.ByteString;

/** Reveille's handler of {@code /sql} with its pools and nothing else of a node, in front of one PostgreSQL. */
final class SqlAlone {

    private static final String HOST = "127.0.0.1";
    private static final String ROLE = "bench";
    private static final int COMPUTES_MAX = 10;
    private static final Duration COMPUTES_IDLE = Duration.ofMinutes(5);
    private static final int CHECKERS = 1;
    private static final int CHECKERS_QUEUE = 1_000;

    private SqlAlone() {}

    static WebHandler open(Loops loops, ActorSystem<?> system, int port, String endpoint, String verifier)
            throws CertificateProblem {
        ControlPlane controlPlane = new FixedControlPlane(Map.of(
                new EndpointId(endpoint),
                new FixedEndpoint(
                        new ComputeAddress(HOST, port),
                        ComputeTls.DISABLED,
                        List.of(),
                        Map.of(new RoleName(ROLE), ScramVerifier.parse(verifier).orElseThrow()))));
        ReadyComputes ready = new ReadyComputes(COMPUTES_MAX, COMPUTES_IDLE, Ticker.systemTicker());
        ActorRef<Endpoints.Command> endpoints = system.systemActorOf(
                Endpoints.create(controlPlane, ready, EndpointSettings.DEFAULTS),
                "endpoints",
                DispatcherSelector.defaultDispatcher());
        BackDoor backDoor = new BackDoor(
                loops.transport(),
                ComputeTlsContexts.create(TlsProvider.AUTO, Optional.empty()),
                DialSettings.DEFAULTS,
                SocketSettings.DEFAULTS);
        PoolCounters counters = new PoolCounters();
        ComputePools pools = ComputePools.open(
                system,
                "pools",
                loops.all().stream()
                        .map(loop -> new PoolRoles(
                                loop.dispatcher(),
                                loop.eventLoop()::inEventLoop,
                                PoolSettings.DEFAULTS,
                                SessionSettings.DEFAULTS,
                                ready,
                                endpoints,
                                backDoor.dialer(loop),
                                ComputeUsage.UNOBSERVED,
                                backDoor.cancelDelivery(loop),
                                counters))
                        .toList());
        return new SqlDoor(
                SqlSettings.DEFAULTS,
                new SqlRoles(
                        new AccessDirectory(controlPlane, AccessSettings.DEFAULTS, Ticker.systemTicker()),
                        new PasswordCheckers(CHECKERS, CHECKERS_QUEUE),
                        ByteString.fromString("nobody is mocked here"),
                        pools,
                        Optional.empty(),
                        Optional.empty()),
                Ticker.systemTicker());
    }
}
