package dev.reveille.node.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/** What is kept of one endpoint. Methods block. */
record ComputeFiles(Path directory) {

    /** A longer log of the past is not kept: at a start, the log moves to {@link #olderLog} when it has grown to this. */
    private static final long LOG_BYTES_MAX = 1L << 20;

    /** PostgreSQL's own; moved here in one step when it is whole. */
    Path data() {
        return directory.resolve("data");
    }

    /** What the server says. */
    Path log() {
        return directory.resolve("log");
    }

    Path olderLog() {
        return directory.resolve("log.older");
    }

    /** Empty; its time of modification is the endpoint's last use. */
    OwnerOnlyFile lastUse() {
        return new OwnerOnlyFile(directory.resolve("last-use"));
    }

    /** {@code waking} or {@code ready}; absent while asleep. Believed only while a living node holds the lock. */
    OwnerOnlyFile state() {
        return new OwnerOnlyFile(directory.resolve("state"));
    }

    /** The verifier that role {@code app} of this data has. */
    OwnerOnlyFile verifier() {
        return new OwnerOnlyFile(directory.resolve("verifier"));
    }

    boolean exist() {
        return Files.isRegularFile(data().resolve("PG_VERSION"));
    }

    /** The major version of PostgreSQL that made the data. */
    int major() throws EmbeddedFailure, IOException {
        String version = Files.readString(data().resolve("PG_VERSION")).strip();
        try {
            return Integer.parseInt(version);
        } catch (NumberFormatException unknown) {
            throw EmbeddedFailure.ofMachine(data() + " was made by PostgreSQL " + version + ", which is none we know");
        }
    }

    /** Says that the endpoint was used now. */
    void touch() throws IOException {
        lastUse().ensureExists();
        Files.setLastModifiedTime(lastUse().path(), FileTime.from(Instant.now()));
    }

    Optional<Instant> lastUsed() {
        try {
            return Optional.of(Files.getLastModifiedTime(lastUse().path()).toInstant());
        } catch (IOException never) {
            return Optional.empty();
        }
    }

    /** A log for the next start: the old one moves aside when it is long. */
    void rotateLog() throws IOException {
        if (Files.exists(log()) && Files.size(log()) >= LOG_BYTES_MAX) {
            Files.move(log(), olderLog(), StandardCopyOption.ATOMIC_MOVE);
        }
        new OwnerOnlyFile(log()).ensureExists();
    }
}
