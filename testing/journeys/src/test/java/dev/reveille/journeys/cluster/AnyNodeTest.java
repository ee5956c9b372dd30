package dev.reveille.journeys.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import dev.reveille.kit.sockets.DelayProxy;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;

/** A cancel request works through whichever of three nodes it reaches, with nothing but the nodes to remember keys. */
@ExtendWith(SharedNode.class)
class AnyNodeTest {

    /** 32 bytes that all nodes have. */
    private static final String SEALING = "cancellation.keys = [\"7:%s\"]".formatted("QUJD".repeat(10) + "QUI=");

    /** The very long query, which says when it has begun. */
    private static final String ENDLESS = "do $$ begin raise notice 'begun'; perform pg_sleep(300); end $$";

    @TempDir
    private static Path temporary;

    private static SecuredCompute compute;
    private static Fleet fleet;

    @BeforeAll
    static void start(DevNode computes) throws SQLException {
        compute = SecuredCompute.plain(computes, "any-node");
        fleet = Fleet.of(3, temporary, compute, SEALING);
    }

    @AfterAll
    static void stop() throws SQLException {
        fleet.close();
        compute.close();
    }

    @ParameterizedTest
    @CsvSource({"V3_0, 0", "V3_0, 1", "V3_0, 2", "V3_2, 0", "V3_2, 1", "V3_2, 2"})
    void eachNodeHearsTheCancelRequestOfASession(String version, int through) throws IOException {
        try (Visitor visitor = Visitor.by(version(version), door(0))) {
            // Given
            visitor.begin(1);

            // When
            Visitor.cancel(visitor.key(), door(through));

            // Then
            assertThat(visitor.end()).contains(Visitor.CANCELLED);
            assertThat(visitor.ask("select 'alive'")).isEqualTo("alive");
        }
    }

    @Test
    void clientsOfVersion32GetSealedKeysAndOthersEightBytes() throws IOException {
        try (Visitor old = Visitor.at(door(0));
                Visitor young = Visitor.by(ProtocolVersion.V3_2, door(0))) {
            assertThat(old.key().secretKey().size()).isEqualTo(Integer.BYTES);
            assertThat(young.key().secretKey().size()).isGreaterThan(Integer.BYTES);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"V3_0", "V3_2"})
    void aKeyWorksThroughOthersFromTheMomentItWasHeard(String version) throws IOException {
        for (int round = 0; round < 20; round++) {
            try (Visitor visitor = Visitor.by(version(version), door(round % 3))) {
                // Given
                visitor.begin(round);

                // When
                Visitor.cancel(visitor.key(), door((round + 1) % 3));

                // Then
                assertThat(visitor.end()).as("round %d", round).contains(Visitor.CANCELLED);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"V3_0", "V3_2"})
    void aCancelRequestThatComesTooLateDoesNotHitTheNextQuery(String version) throws IOException {
        try (Visitor visitor = Visitor.by(version(version), door(0))) {
            for (int round = 0; round < 100; round++) {
                // Given
                assertThat(visitor.run("select 1")).isEmpty();
                Visitor.cancel(visitor.key(), door(1 + round % 2));

                // Then
                assertThat(visitor.run("select pg_sleep(0.005)"))
                        .as("round %d", round)
                        .isEmpty();
            }
        }
    }

    @Test
    void aSealedKeyWithABitChangedIsDroppedAndTheQueryRunsOn() throws IOException {
        try (Visitor visitor = Visitor.by(ProtocolVersion.V3_2, door(0))) {
            // Given
            visitor.begin(1, 2);
            BackendKeyData key = visitor.key();

            // When each byte of it is wrong once, here and there
            for (int at = 0; at < key.secretKey().size(); at++) {
                Visitor.cancel(new BackendKeyData(key.processId(), oneBitOff(key.secretKey(), at)), door(at % 3));
            }
            Visitor.cancel(new BackendKeyData(key.processId() + 1, key.secretKey()), door(1));

            // Then
            assertThat(visitor.end()).isEmpty();
        }
    }

    @Test
    void aKeyThatNobodyGaveOutIsDroppedInSilenceAtOnce() throws IOException {
        try (Visitor visitor = Visitor.at(door(0))) {
            // Given
            BackendKeyData key = visitor.key();
            BackendKeyData other = new BackendKeyData(key.processId(), oneBitOff(key.secretKey(), 0));
            long begun = System.nanoTime();

            // When
            Visitor.cancel(other, door(1));

            // Then
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void psqlBehindABalancerCancelsOnControlC() throws Exception {
        try (DelayProxy balancer = DelayProxy.to(door(0).port())) {
            // Given
            Process psql = Psql.to(through(balancer)).begin(List.of(ENDLESS));
            BufferedReader said = psql.errorReader();
            assertThat(said.readLine()).contains("begun");
            balancer.turnTo(door(1).port());

            // When
            Psql.interrupt(psql);

            // Then
            assertThat(said.lines()).anyMatch(line -> line.contains("canceling statement due to user request"));
            assertThat(psql.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void pgjdbcBehindABalancerCancelsAStatement() throws Exception {
        try (DelayProxy balancer = DelayProxy.to(door(0).port());
                Connection connection = Jdbc.to(through(balancer)).open();
                Statement statement = connection.createStatement()) {
            // Given
            CompletableFuture<PSQLException> failure = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    failure.complete(Jdbc.failure(statement, "select pg_sleep(300), 'pgjdbc'"));
                } catch (SQLException | RuntimeException | AssertionError other) {
                    failure.completeExceptionally(other);
                }
            });
            Running.await(compute, "pgjdbc");
            balancer.turnTo(door(2).port());

            // When
            statement.cancel();

            // Then
            assertThat(failure.get(30, TimeUnit.SECONDS).getSQLState()).isEqualTo(Visitor.CANCELLED);
            Jdbc.assertAlive(connection);
        }
    }

    private static Destination door(int node) {
        return fleet.node(node).door();
    }

    private static Destination through(DelayProxy balancer) {
        Destination door = door(0);
        return new Destination(
                balancer.port(), door.endpoint(), door.role(), door.password(), door.database(), door.trusted());
    }

    private static ProtocolVersion version(String name) {
        return name.equals("V3_2") ? ProtocolVersion.V3_2 : ProtocolVersion.V3_0;
    }

    private static ByteString oneBitOff(ByteString secret, int at) {
        byte[] bytes = secret.toArray();
        bytes[at] ^= 1;
        return ByteString.fromArray(bytes);
    }
}
