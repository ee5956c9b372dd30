package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reveille.session.compute.ControlPlaneFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL from the class path, for machines that have none. */
class ArchivedPostgresTest {

    @TempDir
    private Path temporary;

    @Test
    void aMachineWithoutPostgresUnpacksOneAndUsesIt() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "the archives are for Linux");
        EmbeddedSettings settings = EmbeddedSettings.of(temporary.resolve("data"), Duration.ofMinutes(10))
                .withPostgres(EmbeddedSettings.PostgresSource.ARCHIVE);
        try (EmbeddedHouse house = EmbeddedHouse.open(settings)) {
            // Given
            Path old = Files.createDirectories(house.data("old"));
            Files.writeString(old.resolve("PG_VERSION"), "15\n");

            // When
            String version = house.ask(house.wake("demo").address(), "show server_version");
            ControlPlaneFailure failure = house.failureToWake("old");

            // Then
            assertThat(version).startsWith("18.");
            assertThat(failure.clientText()).contains("made by PostgreSQL 15").contains("only PostgreSQL 18.");
        }
    }
}
