package dev.reveille.session.visit;

import com.typesafe.config.ConfigFactory;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.LocalCancelDesk;
import dev.reveille.cancellation.sealing.KeyRing;
import dev.reveille.cancellation.sealing.SealedKeys;
import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.session.ClientConnection;
import dev.reveille.session.ClientConnection.ClientTls;
import dev.reveille.session.ClientConnection.Door;
import dev.reveille.session.SessionId;
import dev.reveille.session.SessionSettings;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.authentication.PasswordCheckers;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.EndpointSettings;
import dev.reveille.session.compute.Endpoints;
import dev.reveille.session.compute.ReadyComputes;
import dev.reveille.session.directory.AccessDirectory;
import dev.reveille.session.directory.AccessSettings;
import dev.reveille.session.fakes.HandTicker;
import dev.reveille.session.fakes.RecordedUsage;
import dev.reveille.session.fakes.ScriptedControlPlane;
import dev.reveille.session.fakes.ScriptedDelivery;
import dev.reveille.session.fakes.ScriptedDialer;
import dev.reveille.session.kept.KeepSettings;
import dev.reveille.session.kept.KeptConnections;
import dev.reveille.session.kept.KeptCounters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

/**
 * A node without sockets: real sessions and endpoints, and an outside world that does what the test says. Endpoint {@code
 * blue} has a role {@code app} with the password {@code secret}. Time stands still unless the test moves it.
 */
final class TestHouse implements AutoCloseable {

    static final EndpointKey BLUE = EndpointKey.of(new EndpointId("blue"));
    static final String PASSWORD = "secret";
    static final ScramVerifier VERIFIER =
            ScramVerifier.ofPassword(PASSWORD, ByteString.fromString("0123456789abcdef"), 4096);
    static final SessionSettings SETTINGS = SessionSettings.DEFAULTS;
    static final Compute COMPUTE = new Compute(new ComputeAddress("compute-1", 5432), ComputeTls.DISABLED, false);
    static final BackendKeyData COMPUTES_KEY = new BackendKeyData(4711, ByteString.fromInts(1, 2, 3, 4));
    static final ReadyForQuery READY = new ReadyForQuery(TransactionStatus.IDLE);
    static final StartupMessage STARTUP = startup(ProtocolVersion.V3_0);

    /** All sessions of a house share one thread, as those of a loop do. */
    private static final String DISPATCHER = "one-loop";

    private static final ActorTestKit TEST_KIT =
            ActorTestKit.create(ConfigFactory.parseString("""
                    one-loop { type = Dispatcher, executor = thread-pool-executor, throughput = 1
                               thread-pool-executor.fixed-pool-size = 1 }
                    """).withFallback(ManualTime.config()));
    private static final DispatcherSelector LOOP = DispatcherSelector.fromConfig(DISPATCHER);
    private static final ManualTime TIME = ManualTime.get(TEST_KIT.system());
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    final ScriptedControlPlane controlPlane = new ScriptedControlPlane();
    final ScriptedDialer dialer = new ScriptedDialer(Materializer.matFromSystem(TEST_KIT.system()));
    final ScriptedDelivery delivery = new ScriptedDelivery();
    final RecordedUsage usage = new RecordedUsage();
    final CancelKeys cancelKeys = CancelKeys.sealing(new SealedKeys(KeyRing.random()));
    final KeptCounters kept = new KeptCounters();
    final HandTicker cacheTime = new HandTicker();
    final ReadyComputes ready = new ReadyComputes(100, Duration.ofMinutes(4), cacheTime);
    final AccessDirectory access = new AccessDirectory(controlPlane, AccessSettings.DEFAULTS, cacheTime);
    private final PasswordCheckers passwordCheckers;
    private final ActorRef<Endpoints.Command> endpoints =
            TEST_KIT.spawn(Endpoints.create(controlPlane, ready, EndpointSettings.DEFAULTS));
    private final SessionRoles roles;
    private final ActorRef<Sessions.Message> sessions;
    private final TestProbe<Integer> counts = TEST_KIT.createTestProbe();
    private final TestProbe<Sessions.Drained> drained = TEST_KIT.createTestProbe();

    TestHouse() {
        this(1);
    }

    /** A house with so many threads for clear-text passwords; with none, checks never end. */
    TestHouse(int passwordThreads) {
        this(passwordThreads, KeepSettings.DEFAULTS.keepingFor(KeepSettings.Whose.NOBODY));
    }

    /** A house where connections to computes outlive their sessions. */
    TestHouse(KeepSettings keep) {
        this(1, keep);
    }

    private TestHouse(int passwordThreads, KeepSettings keep) {
        passwordCheckers = new PasswordCheckers(passwordThreads, 10);
        roles = new SessionRoles(
                SETTINGS,
                access,
                ready,
                endpoints,
                dialer,
                usage,
                new KeptConnections(keep, kept, TEST_KIT.system().dispatchers().lookup(LOOP), cacheTime),
                passwordCheckers,
                cancelKeys,
                new LocalCancelDesk(cancelKeys),
                delivery,
                ByteString.fromString("the fleet's key"));
        sessions = TEST_KIT.spawn(Sessions.create(DISPATCHER, roles), LOOP);
        controlPlane.knows("blue", "app", allowing(Optional.of(VERIFIER)));
    }

    /** Gives back the actors; the system itself serves all tests of the JVM. */
    @Override
    public void close() {
        TEST_KIT.stop(sessions);
        TEST_KIT.stop(endpoints);
        passwordCheckers.close();
    }

    // ---- who comes ----

    static AccessControl allowing(Optional<ScramVerifier> secret) {
        return new AccessControl(secret, List.of(), List.of(), false, false);
    }

    static StartupMessage startup(ProtocolVersion version) {
        return ScriptedClient.startup(
                version, "user", "app", "database", "shop", "options", "endpoint=blue -c work_mem=8MB");
    }

    static ClientConnection clearText() {
        return connection(Door.TCP, Optional.empty(), InetAddress.getLoopbackAddress());
    }

    static ClientConnection from(InetAddress address) {
        return connection(Door.TCP, Optional.empty(), address);
    }

    /** Somebody who comes through this private link. */
    static ClientConnection through(String privateLink) {
        ClientConnection without = clearText();
        return new ClientConnection(
                without.id(),
                without.door(),
                without.client(),
                without.tls(),
                without.tlsRequired(),
                Optional.of(privateLink),
                without.acceptedAtNanos());
    }

    static ClientConnection tls(Optional<String> serverName, Optional<ByteString> endPointDigest) {
        return connection(
                Door.TCP,
                Optional.of(new ClientTls(serverName, Set.of("example.com"), endPointDigest)),
                InetAddress.getLoopbackAddress());
    }

    static ClientConnection webSocket() {
        return connection(
                Door.WEB_SOCKET,
                Optional.of(new ClientTls(Optional.of("blue.example.com"), Set.of("example.com"), Optional.empty())),
                InetAddress.getLoopbackAddress());
    }

    ScriptedClient visitor() {
        return visitor(clearText());
    }

    ScriptedClient visitor(ClientConnection connection) {
        ScriptedClient client = new ScriptedClient();
        admits(client, connection);
        return client;
    }

    /** Lets in a client that may already have said something. */
    void admits(ScriptedClient client, ClientConnection connection) {
        sessions.tell(new Sessions.Admit(connection, client.end().flow(), Optional.empty()));
    }

    /** A session by itself, for those who want to talk to it. */
    ActorRef<Session.Command> session(ScriptedClient client) {
        CompletableFuture<ActorRef<Session.Command>> session = new CompletableFuture<>();
        TEST_KIT.spawn(Behaviors.setup(context -> {
            session.complete(context.spawnAnonymous(Session.create(
                    roles,
                    new Sessions.Admit(clearText(), client.end().flow(), Optional.empty()),
                    LoopStreams.of(context, DISPATCHER))));
            return Behaviors.empty();
        }));
        return session.join();
    }

    /** A client that has proved its password and waits for its compute, which is to be woken. */
    ScriptedClient proven() {
        ScriptedClient client = visitor();
        client.says(STARTUP);
        client.proves(PASSWORD);
        return client;
    }

    /** Has a password checked on behalf of nobody. */
    void checks(String password) {
        passwordCheckers.check(BLUE.endpoint(), VERIFIER, ByteString.fromString(password));
    }

    /** A client in the middle of its relay, and its compute. */
    record Guests(ScriptedClient client, ScriptedCompute compute, BackendKeyData key) {

        /** The request that cancels this client's query. */
        CancelRequest cancelRequest() {
            return new CancelRequest(key.processId(), key.secretKey());
        }
    }

    Guests relaying() {
        return relaying(clearText(), STARTUP);
    }

    Guests relaying(ClientConnection connection, StartupMessage startup) {
        ScriptedClient client = visitor(connection);
        client.says(startup);
        ScriptedClient.Proof proof = client.proves(PASSWORD);
        if (ready.find(BLUE).isEmpty()) {
            controlPlane.isToWake().answer().complete(COMPUTE);
        }
        ScriptedCompute compute = dialer.isToDial().connects();
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.greets(COMPUTES_KEY);
        client.isLetIn(proof);
        client.hears(ParameterStatus.class);
        BackendKeyData key = client.hears(BackendKeyData.class);
        client.hears(READY);
        return new Guests(client, compute, key);
    }

    // ---- time, and who is left ----

    void timePasses(Duration span) {
        TIME.timePasses(span);
    }

    /** A step of time that brings on whatever is due soon. */
    Runnable inSteps(Duration span) {
        return () -> TIME.timePasses(span);
    }

    /** Moves time on until this connection is gone. */
    void timePassesUntilGone(ScriptedClient client, Duration step) {
        counts.awaitAssert(PATIENCE, () -> {
            if (client.end().isOpen()) {
                TIME.timePasses(step);
                throw new AssertionError("the client is still here");
            }
            return null;
        });
    }

    /** Waits until nobody is left, and so until all that was owed has been given back. */
    void isEmpty() {
        holds(0);
    }

    void holds(int count) {
        counts.awaitAssert(PATIENCE, () -> {
            sessions.tell(new Sessions.Count(counts.getRef()));
            counts.expectMessage(count);
            return null;
        });
    }

    void waitsFor(BooleanSupplier fact, String what) {
        counts.awaitAssert(PATIENCE, () -> {
            if (!fact.getAsBoolean()) {
                throw new AssertionError("waited in vain for " + what);
            }
            return null;
        });
    }

    /** Waits until so many cancel keys are out. */
    void holdsKeys(int count) {
        counts.awaitAssert(PATIENCE, () -> {
            if (cancelKeys.size() != count) {
                throw new AssertionError("%d keys are out".formatted(cancelKeys.size()));
            }
            return null;
        });
    }

    // ---- leaving ----

    void drains() {
        sessions.tell(new Sessions.Drain(drained.getRef()));
    }

    void hurries() {
        sessions.tell(Sessions.Hurry.INSTANCE);
    }

    void isDrained() {
        drained.expectMessageClass(Sessions.Drained.class);
    }

    private static ClientConnection connection(Door door, Optional<ClientTls> tls, InetAddress address) {
        return new ClientConnection(
                SessionId.random(),
                door,
                new InetSocketAddress(address, 5000),
                tls,
                false,
                Optional.empty(),
                System.nanoTime());
    }
}
