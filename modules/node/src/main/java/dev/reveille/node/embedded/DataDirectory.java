package dev.reveille.node.embedded;

import dev.reveille.protocol.names.EndpointId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which file lies where below {@code --data}:
 *
 * <pre>
 * DIR/                    0700 when made here
 *   lock                  held by the node that runs on this directory
 *   password              of role app, for all endpoints; readable by its owner only
 *   verifier              the SCRAM verifier of that password; all computes hold the same one
 *   template/             a data directory to copy, so that a new endpoint costs no initdb
 *   building/             what is not finished; emptied at every start
 *   postgres-DIGEST/      the programs from the archive, where they were needed
 *   endpoints/NAME/data   PostgreSQL's data directory; there when it is whole
 *   endpoints/NAME/…      see {@link ComputeFiles}
 * </pre>
 */
record DataDirectory(Path root) {

    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

    Path lock() {
        return root.resolve("lock");
    }

    OwnerOnlyFile password() {
        return new OwnerOnlyFile(root.resolve("password"));
    }

    OwnerOnlyFile verifier() {
        return new OwnerOnlyFile(root.resolve("verifier"));
    }

    Path template() {
        return root.resolve("template");
    }

    Path building() {
        return root.resolve("building");
    }

    Path endpoints() {
        return root.resolve("endpoints");
    }

    ComputeFiles filesOf(EndpointId endpoint) {
        return new ComputeFiles(endpoints().resolve(endpoint.value()));
    }

    /** The endpoints that have data, sorted by name. Blocking. */
    List<EndpointId> existing() throws IOException {
        if (!Files.isDirectory(endpoints())) {
            return List.of();
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(endpoints())) {
            return StreamSupport.stream(entries.spliterator(), false)
                    .map(entry -> EndpointId.parse(entry.getFileName().toString()))
                    .flatMap(Optional::stream)
                    .filter(endpoint -> filesOf(endpoint).exist())
                    .sorted((one, other) -> one.value().compareTo(other.value()))
                    .toList();
        }
    }

    /**
     * Makes the directories that are missing, lets the servers own theirs, and empties {@link #building}. The caller
     * holds the lock. Blocking.
     */
    void prepare(RunAs runAs) throws IOException {
        for (Path directory : List.of(building(), endpoints())) {
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(directory, OwnerOnlyFile.DIRECTORY_MODE);
            }
            runAs.own(directory);
        }
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(building())) {
            for (Path leftover : leftovers) {
                remove(leftover);
            }
        }
    }

    private static void remove(Path leftover) {
        try {
            new FileTree(leftover).delete();
        } catch (IOException stillInUse) {
            // A program that a killed node had started may be writing its last; the next start removes the rest.
            LOG.info("something unfinished could not be removed yet", stillInUse);
        }
    }

    /** A fresh place for something that will be moved to where it belongs when it is whole. Blocking. */
    Path newDraft(String what) throws IOException {
        return Files.createTempDirectory(building(), what + "-", OwnerOnlyFile.DIRECTORY_MODE);
    }
}
