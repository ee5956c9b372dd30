package dev.reveille.node.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's programs as they are published to Maven Central ({@code io.zonky.test.postgres}): a compressed archive on
 * the class path, one for each platform. It is unpacked into a directory named after its digest, in one step, so that a
 * directory that is there is whole.
 */
final class PostgresArchive {

    private static final int EXECUTABLE_BITS = 0111;
    private static final int DIGEST_CHARACTERS = 12;

    private final Path home;
    private final Path building;

    /** Unpacks below {@code home}, by way of {@code building}, which must be on the same file system. */
    PostgresArchive(Path home, Path building) {
        this.home = home;
        this.building = building;
    }

    /** Where the programs are, unpacked now if need be; nothing where there is no archive for this machine. */
    Optional<Path> unpacked() throws IOException {
        Optional<URL> archive = find();
        if (archive.isEmpty()) {
            return Optional.empty();
        }
        Path target = home.resolve("postgres-" + digest(archive.get()));
        if (!Files.isDirectory(target)) {
            Path draft = Files.createTempDirectory(
                    building,
                    "unpacking-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            try (InputStream in = archive.get().openStream()) {
                unpack(in, draft);
            }
            // Created files and directories are cut by the umask; servers of another user must be able to enter.
            Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return Optional.of(target.resolve("bin"));
    }

    /** Unpacks a {@code .tar.xz}; an entry that would land outside {@code target} fails the whole. */
    static void unpack(InputStream compressed, Path target) throws IOException {
        try (TarArchiveInputStream entries = new TarArchiveInputStream(new XZInputStream(compressed))) {
            Path root = target.toRealPath();
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                unpack(entry, entries, root);
            }
        }
    }

    private static void unpack(TarArchiveEntry entry, InputStream content, Path root) throws IOException {
        Path path = inside(root, root, entry.getName());
        if (path.equals(root)) {
            return;
        }
        if (entry.isDirectory()) {
            makeDirectories(root, path);
            setMode(path, true);
            return;
        }
        makeDirectories(root, path.getParent());
        if (entry.isSymbolicLink()) {
            inside(root, path.getParent(), entry.getLinkName());
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isFile()) {
            Files.copy(content, path);
            setMode(path, (entry.getMode() & EXECUTABLE_BITS) != 0);
        } else {
            throw new IOException("the archive holds something that is neither a file nor a directory nor a link: "
                    + entry.getName());
        }
    }

    private static Path inside(Path root, Path from, String name) throws IOException {
        Path path = from.resolve(name).normalize();
        if (Path.of(name).isAbsolute() || !path.startsWith(root)) {
            throw new IOException("the archive wants to write outside its directory: " + name);
        }
        return path;
    }

    /** A link among the directories above could lead elsewhere, whatever the names look like. */
    private static void makeDirectories(Path root, Path directory) throws IOException {
        Path existing = directory;
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = existing.getParent();
        }
        if (!existing.toRealPath().startsWith(root)) {
            throw new IOException("the archive wants to write through a link: " + directory);
        }
        Files.createDirectories(directory);
    }

    private static void setMode(Path path, boolean executable) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static Optional<URL> find() {
        String system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
        String processor = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64" -> "arm_64";
            case String other -> other;
        };
        return Optional.ofNullable(PostgresArchive.class.getResource("/postgres-" + system + "-" + processor + ".txz"));
    }

    private static String digest(URL archive) throws IOException {
        try (DigestInputStream in = new DigestInputStream(archive.openStream(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest()).substring(0, DIGEST_CHARACTERS);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
