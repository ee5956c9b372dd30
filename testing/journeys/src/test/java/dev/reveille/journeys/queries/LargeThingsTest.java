package dev.reveille.journeys.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/** Rows, parameters and objects that no buffer of ours could hold. */
@ExtendWith(SharedNode.class)
class LargeThingsTest {

    private static final int FIFTY_MEGABYTES = 50 * 1024 * 1024;

    private final Destination demo;

    LargeThingsTest(DevNode node) {
        this.demo = node.to("demo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"disable", "require"})
    void aParameterAndARowOfFiftyMegabytesPass(String sslmode) throws SQLException {
        byte[] bytes = noise(FIFTY_MEGABYTES);
        try (Connection connection = Jdbc.to(demo)
                        .with("sslmode", sslmode)
                        .with("prepareThreshold", "-1") // binary both ways
                        .open();
                PreparedStatement statement = connection.prepareStatement("select ?::bytea")) {
            // When
            statement.setBytes(1, bytes);
            try (ResultSet row = statement.executeQuery()) {

                // Then
                assertThat(row.next()).isTrue();
                assertThat(Arrays.equals(row.getBytes(1), bytes)).isTrue();
            }
            Jdbc.assertAlive(connection);
        }
    }

    @Test
    void aQueryOfManyMegabytesPasses() throws SQLException {
        String word = "0123456789".repeat(1_000_000);
        try (Connection connection = Jdbc.to(demo).open()) {
            // When
            String answer = Jdbc.ask(connection, "select length('" + word + "')");

            // Then
            assertThat(answer).isEqualTo("10000000");
        }
    }

    @Test
    void aMillionSmallRowsPassInOrder() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open();
                PreparedStatement statement =
                        connection.prepareStatement("select n from generate_series(0, 999999) n")) {
            // When
            int expected = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next() && rows.getInt(1) == expected) {
                    expected++;
                }
            }

            // Then
            assertThat(expected).isEqualTo(1_000_000);
        }
    }

    @Test
    void aLargeObjectIsWrittenAndReadThroughTheFastPath() throws SQLException, IOException, NoSuchAlgorithmException {
        byte[] bytes = noise(5 * 1024 * 1024);
        try (Connection connection = Jdbc.to(demo).open()) {
            connection.setAutoCommit(false);
            LargeObjectManager objects = Jdbc.driver(connection).getLargeObjectAPI();
            long id = objects.createLO(LargeObjectManager.READWRITE);

            // When
            try (LargeObject object = objects.open(id, LargeObjectManager.WRITE);
                    OutputStream out = object.getOutputStream()) {
                out.write(bytes);
            }
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (LargeObject object = objects.open(id, LargeObjectManager.READ);
                    InputStream in = object.getInputStream()) {
                digest.update(in.readAllBytes());
            }

            // Then
            String atTheCompute = Jdbc.ask(connection, "select encode(sha256(lo_get(" + id + ")), 'hex')");
            assertThat(atTheCompute)
                    .isEqualTo(HexFormat.of().formatHex(digest.digest()))
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
            objects.delete(id);
            connection.commit();
        }
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
