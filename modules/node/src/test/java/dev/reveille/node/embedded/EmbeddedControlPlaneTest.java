package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.compute.Compute;
import dev.reveille.session.compute.ControlPlaneFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedControlPlaneTest {

    private static final Duration LONG = Duration.ofMinutes(10);

    @TempDir
    private Path temporary;

    @Test
    void aSleepingEndpointStartsOnceForFiftyWakesAtOnce() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(LONG))) {
            // When
            List<CompletableFuture<Compute>> wakes =
                    Stream.generate(() -> house.waking("demo")).limit(50).toList();

            // Then
            Set<Compute> answers = new HashSet<>();
            wakes.forEach(
                    wake -> answers.add(wake.orTimeout(30, TimeUnit.SECONDS).join()));
            assertThat(answers).hasSize(1);
            Compute compute = answers.iterator().next();
            assertThat(compute.startedForThis()).isTrue();
            assertThat(house.startsOf("demo")).isEqualTo(1);
            assertThat(house.ask(compute.address(), "select current_user || '@' || current_database()"))
                    .isEqualTo("app@app");
            assertThat(house.ask(compute.address(), "show wal_level")).isEqualTo("logical");
        }
    }

    @Test
    void aServerThatNobodyUsesGoesToSleepAndWakesWithItsData() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(Duration.ofMillis(200)))) {
            // Given
            house.controlPlane.began(EmbeddedHouse.key("demo"));
            Compute first = house.wake("demo");
            house.ask(first.address(), "create table kept as select 42 as answer");

            // When
            house.controlPlane.ended(EmbeddedHouse.key("demo"));

            // Then
            house.eventually(() -> assertThat(house.stateOf("demo")).isEqualTo(EndpointListing.State.ASLEEP));
            assertThat(EmbeddedHouse.listens(first.address())).isFalse();
            assertThat(EmbeddedHouse.processesIn(house.data("demo"))).isEmpty();
            Compute second = house.wake("demo");
            assertThat(house.ask(second.address(), "select answer from kept")).isEqualTo("42");
            assertThat(second.address()).isEqualTo(first.address());
        }
    }

    @Test
    void theVeryFirstSessionOfAnEndpointKeepsItAwakeWhileAnotherFallsAsleep() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(Duration.ofMillis(200)))) {
            // Given
            house.controlPlane.began(EmbeddedHouse.key("used"));
            house.wake("used");
            house.wake("unused");

            // When
            house.eventually(() -> assertThat(house.stateOf("unused")).isEqualTo(EndpointListing.State.ASLEEP));

            // Then
            assertThat(house.stateOf("used")).isEqualTo(EndpointListing.State.READY);
        }
    }

    @Test
    void twoEndpointsRunAtOnceAndKeepTheirDataApart() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(LONG))) {
            // Given
            CompletableFuture<Compute> red = house.waking("red");
            Compute blue = house.wake("blue-pooler");
            house.ask(blue.address(), "create table colour as select 'blue' as name");
            house.ask(red.join().address(), "create table colour as select 'red' as name");

            // When
            String answer = house.ask(house.wake("blue").address(), "select name from colour");

            // Then
            assertThat(answer).isEqualTo("blue");
            assertThat(house.ask(red.join().address(), "select name from colour"))
                    .isEqualTo("red");
        }
    }

    @Test
    void nothingIsMadeForAStrangerWhoOnlyAsks() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(LONG))) {
            // When
            AccessControl app = access(house, "Whatever-1", "app");
            AccessControl other = access(house, "whatever-2", "postgres");

            // Then
            assertThat(app.secret())
                    .isPresent()
                    .isEqualTo(access(house, "demo", "app").secret());
            assertThat(other).isEqualTo(AccessControl.UNKNOWN);
            assertThat(house.settings.data().resolve("endpoints")).isEmptyDirectory();
        }
    }

    @Test
    void theOneRoleCanLogInWithoutItsPassword() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(LONG))) {
            // When
            Optional<ScramKeys> app = house.controlPlane.keysFor(new RoleName("app"));
            Optional<ScramKeys> other = house.controlPlane.keysFor(new RoleName("postgres"));

            // Then
            ScramVerifier verifier = access(house, "demo", "app").secret().orElseThrow();
            ByteString password = ByteString.fromString(house.controlPlane.password());
            assertThat(app).isPresent().isEqualTo(verifier.keysOf(password));
            assertThat(other).isEmpty();
        }
    }

    @Test
    void whatIsSecretOrPrivateIsOpenToItsOwnerOnly() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(LONG))) {
            // When
            house.wake("demo");

            // Then
            Path data = house.settings.data();
            assertThat(house.controlPlane.password()).matches("[A-Za-z0-9_-]{24}");
            assertThat(Files.readString(data.resolve("password")).strip()).isEqualTo(house.controlPlane.password());
            assertThat(mode(data)).isEqualTo("rwx------");
            assertThat(mode(data.resolve("password"))).isEqualTo("rw-------");
            assertThat(mode(data.resolve("verifier"))).isEqualTo("rw-------");
            assertThat(mode(house.data("demo"))).isEqualTo("rwx------");
            assertThat(mode(house.data("demo").resolveSibling("log"))).isEqualTo("rw-------");
            assertThat(data.resolve("building")).isEmptyDirectory();
        }
    }

    @Test
    void whoMayNotHaveAnEndpointIsToldWhy() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(LONG).withEndpointsMax(1))) {
            // Given
            house.wake("demo");

            // When
            ControlPlaneFailure upperCase = house.failureToWake("Demo");
            ControlPlaneFailure oneTooMany = house.failureToWake("more");
            EndpointKey past = new EndpointKey(new EndpointId("demo"), List.of(new ComputeOption("lsn", "0/2")));

            // Then
            assertThat(upperCase.clientText()).contains("lower case").contains("'demo'");
            assertThat(oneTooMany.clientText()).contains("already 1 endpoints");
            assertThat(house.settings.data().resolve("endpoints/more")).doesNotExist();
            assertThatThrownBy(() -> house.controlPlane
                            .wake(SessionId.random(), past)
                            .toCompletableFuture()
                            .join())
                    .hasRootCauseInstanceOf(ControlPlaneFailure.class)
                    .hasMessageContaining("only the present");
        }
    }

    @Test
    void dataOfAnotherMajorVersionIsRefusedWithBothVersions() throws Exception {
        try (EmbeddedHouse house =
                EmbeddedHouse.open(settings(LONG).withPostgres(EmbeddedSettings.PostgresSource.MACHINE))) {
            // Given
            Path data = Files.createDirectories(house.data("old"));
            Files.writeString(data.resolve("PG_VERSION"), "9\n");

            // When
            ControlPlaneFailure failure = house.failureToWake("old");

            // Then
            assertThat(failure.clientText()).containsPattern("made by PostgreSQL 9, .* only PostgreSQL \\d\\d");
            assertThat(failure.retryable()).isFalse();
        }
    }

    @Test
    void aSecondNodeOnTheDirectoryIsRefused() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(LONG))) {
            assertThatThrownBy(() -> EmbeddedHouse.open(house.settings))
                    .isInstanceOf(EmbeddedFailure.class)
                    .hasMessageContaining("another Reveille runs on");
        }

        // And when the first has left
        EmbeddedHouse.open(settings(LONG)).close();
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsCalledThat() throws Exception {
        // Given
        Path file = Files.createFile(temporary.resolve("data"));

        // Then
        assertThatThrownBy(() -> EmbeddedHouse.open(EmbeddedSettings.of(file, LONG)))
                .isInstanceOf(EmbeddedFailure.class)
                .hasMessageContaining("is not a directory");
    }

    @Test
    void aServerThatIsKilledIsStartedAgainByTheNextWake() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(LONG))) {
            // Given
            Compute first = house.wake("demo");
            house.ask(first.address(), "create table kept as select 42 as answer");
            long server = Long.parseLong(Files.readAllLines(house.data("demo").resolve("postmaster.pid"))
                    .getFirst());

            // When
            ProcessHandle.of(server).orElseThrow().destroyForcibly();

            // Then
            house.eventually(() -> assertThat(house.stateOf("demo")).isEqualTo(EndpointListing.State.ASLEEP));
            assertThat(house.ask(house.wake("demo").address(), "select answer from kept"))
                    .isEqualTo("42");
        }
    }

    @Test
    void aLockFileThatNamesAStrangersProcessIsNoObstacle() throws Exception {
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(Duration.ofMillis(100)))) {
            // Given: the machine lost its power, and after the start somebody else has got the server's number
            house.wake("demo");
            house.eventually(() -> assertThat(house.stateOf("demo")).isEqualTo(EndpointListing.State.ASLEEP));
            Path lockFile = house.data("demo").resolve("postmaster.pid");
            Files.writeString(
                    lockFile, ProcessHandle.current().pid() + "\n" + house.data("demo") + "\n1\n1\n\n\n\nready\n");

            // When
            Compute compute = house.wake("demo");
            house.controlPlane.began(EmbeddedHouse.key("demo"));

            // Then
            assertThat(house.ask(compute.address(), "select 1")).isEqualTo("1");
        }
    }

    @Test
    void aPasswordThatItsOwnerChangesHoldsForDataThatExists() throws Exception {
        // Given
        EmbeddedSettings settings = settings(LONG);
        try (EmbeddedHouse house = EmbeddedHouse.open(settings)) {
            house.wake("demo");
        }
        Files.writeString(settings.data().resolve("password"), "my own words\n");

        // When
        try (EmbeddedHouse house = EmbeddedHouse.open(settings)) {
            Compute compute = house.wake("demo");

            // Then
            assertThat(EmbeddedHouse.ask(compute.address(), "my own words", "select 1"))
                    .isEqualTo("1");
        }
    }

    @Test
    void theListingTellsWhatIsAsleepAndWhatIsReadyWhileTheNodeRuns() throws Exception {
        Instant before = Instant.now().minusSeconds(1);
        try (EmbeddedHouse house = EmbeddedHouse.open(settings(Duration.ofMillis(100)))) {
            // Given
            house.wake("asleep");
            house.wake("busy");
            house.controlPlane.began(EmbeddedHouse.key("busy"));
            house.eventually(() -> assertThat(house.stateOf("asleep")).isEqualTo(EndpointListing.State.ASLEEP));

            // When
            EndpointListing listing = EndpointListing.of(house.settings.data());

            // Then
            assertThat(listing.entries())
                    .extracting(EndpointListing.Entry::state)
                    .containsExactly(EndpointListing.State.ASLEEP, EndpointListing.State.READY);
            assertThat(listing.entries()).allSatisfy(entry -> {
                assertThat(entry.bytes()).isGreaterThan(1 << 20);
                assertThat(entry.lastUse())
                        .hasValueSatisfying(time -> assertThat(time).isAfter(before));
            });
            assertThat(listing.format(ZoneOffset.UTC).lines())
                    .hasSize(3)
                    .anySatisfy(line -> assertThat(line).matches("busy +ready +[0-9.]+ MB  20\\d\\d-.*"));
        }
    }

    private EmbeddedSettings settings(Duration idle) throws IOException {
        Path data = temporary.resolve("data");
        return EmbeddedSettings.of(Files.exists(data) ? data : Seed.copyTo(data), idle);
    }

    private static AccessControl access(EmbeddedHouse house, String endpoint, String role) {
        return house.controlPlane
                .accessControl(SessionId.random(), new EndpointId(endpoint), new RoleName(role))
                .toCompletableFuture()
                .join();
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
