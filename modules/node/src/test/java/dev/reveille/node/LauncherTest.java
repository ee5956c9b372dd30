package dev.reveille.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ./reveille} on a checkout that is not built. */
class LauncherTest {

    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");
    private static final int PATIENCE_SECONDS = 20;

    @TempDir
    private Path temporary;

    private Path home;

    @BeforeEach
    void aCheckoutInWhichNobodyMayWrite() throws IOException {
        home = Files.createDirectory(temporary.resolve("checkout"));
        Files.copy(script(), home.resolve("reveille"));
        Files.writeString(home.resolve("pom.xml"), "<project/>");
        Files.createDirectory(home.resolve("target"));
        permit(home.resolve("reveille"), "rwxr-xr-x");
        for (Path directory : List.of(home.resolve("target"), home, temporary)) {
            permit(directory, "r-xr-xr-x");
        }
    }

    @Test
    void whoMayNotBuildIsToldSoAtOnce() throws Exception {
        // Given: root may write everywhere, so that it has to be somebody else
        List<String> command = new ArrayList<>();
        if (new UnixSystem().getUid() == 0) {
            assumeTrue(Files.isExecutable(SETPRIV), "needs setpriv of util-linux");
            command.addAll(List.of(SETPRIV.toString(), "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.addAll(List.of(home.resolve("reveille").toString(), "dev"));
        ProcessBuilder launcher = new ProcessBuilder(command).redirectErrorStream(true);
        launcher.environment().put("REVEILLE_JAVA_HOME", System.getProperty("java.home"));

        // When
        Process process = launcher.start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }

        // Then
        assertThat(ended).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("may not write to", "reveille build");
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** The tests run in their module's directory. */
    private static Path script() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("reveille"))) {
            directory = directory.getParent();
        }
        return directory.resolve("reveille");
    }
}
