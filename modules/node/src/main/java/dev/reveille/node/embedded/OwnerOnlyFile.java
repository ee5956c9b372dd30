package dev.reveille.node.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A small text file that only its owner can read or write. It belongs to whom its directory belongs, so that what root
 * writes into an ordinary user's directory stays usable for that user. Blocking.
 */
record OwnerOnlyFile(Path path) {

    static final FileAttribute<Set<PosixFilePermission>> DIRECTORY_MODE = mode("rwx------");

    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE = mode("rw-------");

    /** What the file says, without a line end; nothing where there is no file. */
    Optional<String> read() throws IOException {
        try {
            return Optional.of(Files.readString(path).stripTrailing());
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /** Replaces the file in one step: a reader finds the old text or the new one, whenever this process dies. */
    void write(String text) throws IOException {
        Path draft = Files.createTempFile(path.getParent(), "." + path.getFileName(), ".new", FILE_MODE);
        try {
            Files.writeString(draft, text + "\n", StandardCharsets.UTF_8);
            RunAs.giveToOwnerOfDirectory(draft);
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Makes an empty file where there is none. */
    void ensureExists() throws IOException {
        try {
            Files.createFile(path, FILE_MODE);
            RunAs.giveToOwnerOfDirectory(path);
        } catch (FileAlreadyExistsException fine) {
            // It is there, which is all that was asked for.
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
