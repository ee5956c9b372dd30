package dev.reveille.node.embedded;

import dev.reveille.protocol.names.DatabaseName;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ComputeUsage;
import dev.reveille.session.compute.ControlPlane;
import dev.reveille.session.compute.ControlPlaneFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane {@code embedded}: computes are PostgreSQL servers on this machine, one data directory for each
 * endpoint. Every endpoint name is known, with the role {@code app} and one password for all; what does not exist yet is
 * made by the first {@link #wake}, which comes after the password was proven, so that strangers cannot fill the disk.
 *
 * <p>Names are those of directories and may be looked for on file systems that do not tell {@code Demo} from {@code
 * demo}: upper case is refused with a text that says so. {@code demo-pooler} leads to {@code demo}.
 *
 * <p>{@link #open} blocks; everything else may be called on any thread and returns at once. One node at a time can hold a
 * data directory.
 */
public final class EmbeddedControlPlane implements ControlPlane, ComputeUsage {

    /** The role that every endpoint has. */
    public static final RoleName ROLE = AppLogin.ROLE;

    /** The database that every endpoint has; belongs to {@link #ROLE}. */
    public static final DatabaseName DATABASE = AppLogin.DATABASE;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedControlPlane.class);

    /** Options that ask for data as they were at another time, which only a storage with a memory can give. */
    private static final Set<String> TIME_TRAVEL = Set.of("lsn", "timestamp");

    private static final int LOCK_TRIES_MAX = 20;
    private static final Duration LOCK_PAUSE = Duration.ofMillis(50);

    private final ActorSystem<?> system;
    private final ActorRef<EmbeddedComputes.Command> computes;
    private final AppLogin login;
    private final DirectoryLock lock;
    private final ExecutorService blocking;
    private final Duration wakeDeadline;
    private final Duration leaveDeadline;

    private EmbeddedControlPlane(
            ActorSystem<?> system,
            ActorRef<EmbeddedComputes.Command> computes,
            AppLogin login,
            DirectoryLock lock,
            ExecutorService blocking,
            EmbeddedSettings settings) {
        this.system = system;
        this.computes = computes;
        this.login = login;
        this.lock = lock;
        this.blocking = blocking;
        // A wake may wait for a stop in three degrees, make the data in three programs, and start.
        Duration stop = settings.stopDeadline().multipliedBy(4);
        this.wakeDeadline = stop.multipliedBy(2)
                .plus(settings.makeDeadline().multipliedBy(4))
                .plus(settings.startDeadline().multipliedBy(2));
        this.leaveDeadline = stop.plus(settings.startDeadline());
    }

    /**
     * Takes possession of the data directory: makes it if need be, stops servers that a killed node left, and begins to
     * prepare for new endpoints. Blocks for a moment, longer where servers were left.
     *
     * @throws EmbeddedFailure with a message for the person who starts Reveille, such as when another node runs on the
     *     directory
     */
    public static EmbeddedControlPlane open(ActorSystem<?> system, EmbeddedSettings settings)
            throws EmbeddedFailure, InterruptedException {
        DataDirectory directory = new DataDirectory(settings.data());
        ExecutorService blocking = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("embedded-", 0).factory());
        Optional<DirectoryLock> lock = Optional.empty();
        boolean opened = false;
        try {
            if (Files.exists(directory.root()) && !Files.isDirectory(directory.root())) {
                throw EmbeddedFailure.ofMachine(directory.root() + " is not a directory; choose another --data");
            }
            if (!Files.isDirectory(directory.root())) {
                Files.createDirectories(directory.root().getParent());
                Files.createDirectory(directory.root(), OwnerOnlyFile.DIRECTORY_MODE);
            }
            RunAs runAs = RunAs.choose(directory.root());
            new OwnerOnlyFile(directory.lock()).ensureExists();
            lock = acquire(directory);
            DirectoryLock held = lock.orElseThrow(() -> EmbeddedFailure.ofMachine(
                    "another Reveille runs on " + directory.root() + "; stop it, or choose another --data"));
            directory.prepare(runAs);
            AppLogin login = AppLogin.open(directory);
            List<EndpointId> existing = directory.existing();
            forgetStates(directory, existing, settings);
            PostgresInstallations installations = new PostgresInstallations(
                    settings.postgres(), new PostgresArchive(directory.root(), directory.building()));
            DataMaker maker = new DataMaker(directory, runAs, login, installations, settings);
            blocking.execute(() -> prepare(maker));
            ComputeHost host = new LocalPostgres(directory, runAs, maker, installations, settings, blocking);
            ActorRef<EmbeddedComputes.Command> computes = system.systemActorOf(
                    EmbeddedComputes.create(host, existing, settings.endpointsMax(), settings.idle(), blocking),
                    "embedded-computes",
                    Props.empty());
            opened = true;
            return new EmbeddedControlPlane(system, computes, login, held, blocking, settings);
        } catch (IOException failure) {
            throw EmbeddedFailure.ofMachine("the data directory " + directory.root() + " cannot be used", failure);
        } finally {
            if (!opened) {
                blocking.shutdownNow();
                lock.ifPresent(EmbeddedControlPlane::release);
            }
        }
    }

    /** The password of {@link #ROLE}, for whoever prints the line to connect with. */
    public String password() {
        return login.password();
    }

    /**
     * What a role that proved itself otherwise than by its password logs in to every compute with; nothing for a role that
     * there is not. Costs a key derivation: away from the loops.
     */
    public Optional<ScramKeys> keysFor(RoleName role) {
        return role.equals(ROLE) ? login.verifier().keysOf(ByteString.fromString(login.password())) : Optional.empty();
    }

    @Override
    public CompletionStage<AccessControl> accessControl(SessionId session, EndpointId endpoint, RoleName role) {
        return CompletableFuture.completedStage(
                role.equals(ROLE)
                        ? new AccessControl(Optional.of(login.verifier()), List.of(), List.of(), false, false)
                        : AccessControl.UNKNOWN);
    }

    @Override
    public CompletionStage<Compute> wake(SessionId session, EndpointKey key) {
        Optional<String> objection = objectionTo(key);
        if (objection.isPresent()) {
            return CompletableFuture.failedStage(
                    new ControlPlaneFailure(objection.get(), objection.get(), false, Optional.empty()));
        }
        return AskPattern.<EmbeddedComputes.Command, EmbeddedCompute.Answer>ask(
                        computes,
                        replyTo -> new EmbeddedComputes.Wake(endpointOf(key), replyTo),
                        wakeDeadline,
                        system.scheduler())
                .handle((answer, timeout) -> switch (answer) {
                    case null ->
                        CompletableFuture.<Compute>failedStage(
                                ControlPlaneFailure.passing("waking " + key + " was not answered: " + timeout));
                    case EmbeddedCompute.Woken(Compute compute) -> CompletableFuture.completedStage(compute);
                    case EmbeddedCompute.NotWoken(EmbeddedFailure failure) ->
                        CompletableFuture.<Compute>failedStage(new ControlPlaneFailure(
                                failure.getMessage(), failure.clientText(), false, Optional.empty()));
                })
                .thenCompose(stage -> stage);
    }

    @Override
    public void began(EndpointKey key) {
        computes.tell(new EmbeddedComputes.SessionBegan(endpointOf(key)));
    }

    @Override
    public void ended(EndpointKey key) {
        computes.tell(new EmbeddedComputes.SessionEnded(endpointOf(key)));
    }

    /**
     * Stops all servers, at the same time, and lets go of the data directory. Wakes fail from now on. The stage always
     * completes, and within a bound; a server that would not stop then ends with this process, as after a {@code kill}.
     * To be called once, while the actor system lives.
     */
    public CompletionStage<Done> stop() {
        return AskPattern.<EmbeddedComputes.Command, Done>ask(
                        computes, EmbeddedComputes.Leave::new, leaveDeadline, system.scheduler())
                .exceptionally(timeout -> {
                    LOG.warn("the embedded computes did not all stop in time", timeout);
                    return Done.getInstance();
                })
                .thenApplyAsync(
                        done -> {
                            letGo();
                            return done;
                        },
                        Thread::startVirtualThread);
    }

    /** The lock goes last, when nothing of ours can still write. */
    private void letGo() {
        blocking.shutdownNow();
        try {
            if (!blocking.awaitTermination(leaveDeadline.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("some work on the data directory did not end in time");
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        } finally {
            release(lock);
        }
    }

    private static EndpointId endpointOf(EndpointKey key) {
        return key.endpoint().normalised();
    }

    private static Optional<String> objectionTo(EndpointKey key) {
        String name = key.endpoint().value();
        if (name.chars().anyMatch(c -> c >= 'A' && c <= 'Z')) {
            return Optional.of("Endpoint names of this node are in lower case; please connect to '"
                    + name.toLowerCase(Locale.ROOT) + "'.");
        }
        return key.options().stream()
                .filter(option -> TIME_TRAVEL.contains(option.key()))
                .findFirst()
                .map(option -> "This node keeps only the present: the option neon_" + option.key()
                        + " asks for data of another time.");
    }

    /** Whoever only looks at the directory holds the lock for an instant; a node holds it for good. */
    private static Optional<DirectoryLock> acquire(DataDirectory directory) throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        for (int attempt = 1; attempt < LOCK_TRIES_MAX; attempt++) {
            Optional<DirectoryLock> lock = DirectoryLock.tryAcquire(directory.lock());
            if (lock.isPresent() || never.await(LOCK_PAUSE.toNanos(), TimeUnit.NANOSECONDS)) {
                return lock;
            }
        }
        return DirectoryLock.tryAcquire(directory.lock());
    }

    private static void release(DirectoryLock lock) {
        try {
            lock.close();
        } catch (IOException failure) {
            LOG.warn("the lock of the data directory could not be released", failure);
        }
    }

    private static void forgetStates(DataDirectory directory, List<EndpointId> existing, EmbeddedSettings settings)
            throws EmbeddedFailure, IOException, InterruptedException {
        for (EndpointId endpoint : existing) {
            ComputeFiles files = directory.filesOf(endpoint);
            LeftoverServers.stop(files.data(), settings.stopDeadline());
            Files.deleteIfExists(files.state().path());
        }
    }

    /** So that the first new endpoint need not wait for an initdb; what fails now fails again then, and is told then. */
    private static void prepare(DataMaker maker) {
        try {
            maker.template();
        } catch (EmbeddedFailure | IOException failure) {
            LOG.warn("new endpoints cannot be made yet: {}", failure.getMessage());
        } catch (InterruptedException leaving) {
            Thread.currentThread().interrupt();
        }
    }
}
