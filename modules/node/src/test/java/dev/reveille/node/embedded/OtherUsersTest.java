package dev.reveille.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root may play other users, so these tests need to be run as root; every other test runs as whoever runs it. */
class OtherUsersTest {

    private static final int NOBODY = 65_534;

    @TempDir
    private Path temporary;

    private Path setpriv;

    @BeforeEach
    void onlyRootCanPlayOthers() throws IOException {
        assumeTrue(new UnixSystem().getUid() == RunAs.ROOT, "only root can run a process as another user");
        assumeTrue(SearchPath.find("setpriv").isPresent(), "needs setpriv of util-linux");
        setpriv = SearchPath.find("setpriv").orElseThrow();
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void anOrdinaryUserHasComputesAndRootLeavesThemUsable() throws Exception {
        // Given
        Path directory = Files.createDirectory(temporary.resolve("data"), OwnerOnlyFile.DIRECTORY_MODE);
        RunAs.giveOne(directory, NOBODY, NOBODY);
        List<Path> classPath = classPathForEverybody();
        List<String> asNobody = List.of(setpriv.toString(), "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        try (OtherProcess node = OtherProcess.start(asNobody, classPath, "", directory)) {
            EmbeddedHouse.ask(node.compute, node.password, "create table kept as select 42 as answer");
        }

        // When
        try (EmbeddedHouse root = EmbeddedHouse.open(EmbeddedSettings.of(directory, Duration.ofMinutes(10)))) {
            String answer = root.ask(root.wake("demo").address(), "select answer from kept");

            // Then
            assertThat(answer).isEqualTo("42");
        }
        try (Stream<Path> files = Files.walk(directory)) {
            assertThat(files).allSatisfy(file -> assertThat(ownerOf(file)).isEqualTo(NOBODY));
        }
        try (OtherProcess node = OtherProcess.start(asNobody, classPath, "", directory)) {
            assertThat(EmbeddedHouse.ask(node.compute, node.password, "select answer from kept"))
                    .isEqualTo("42");
        }
    }

    @Test
    void rootWithoutNamespacesServesAsAnotherUserAndKeepsThePasswordToItself() throws Exception {
        // Given
        Path directory = temporary.resolve("data");
        Path programs = Files.createDirectory(temporary.resolve("programs"));
        for (String program : List.of("setpriv", "setsid", "sleep")) {
            Files.copy(
                    SearchPath.find(program).orElseThrow(),
                    programs.resolve(program),
                    StandardCopyOption.COPY_ATTRIBUTES);
        }

        // When
        try (OtherProcess node =
                OtherProcess.start(List.of(), OtherProcess.classPath(), programs.toString(), directory)) {

            // Then
            assertThat(EmbeddedHouse.ask(node.compute, node.password, "select 1"))
                    .isEqualTo("1");
            assertThat(ownerOf(EmbeddedHouse.dataOf(directory, "demo"))).isNotEqualTo(RunAs.ROOT);
            assertThat(ownerOf(directory.resolve("password"))).isEqualTo(RunAs.ROOT);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx--x--x");
        }
    }

    /** Another user may not be able to look into root's home, where Maven keeps libraries. */
    private List<Path> classPathForEverybody() throws IOException {
        Path copies = Files.createDirectory(temporary.resolve("class-path"));
        List<Path> classPath = new ArrayList<>();
        for (Path original : OtherProcess.classPath()) {
            if (Files.exists(original)) {
                Path copy = copies.resolve(classPath.size() + "-" + original.getFileName());
                new FileTree(original).copyTo(copy);
                classPath.add(copy);
            }
        }
        return classPath;
    }

    private static int ownerOf(Path path) {
        try {
            return (Integer) Files.getAttribute(path, "unix:uid");
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
