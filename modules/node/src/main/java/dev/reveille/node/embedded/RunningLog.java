package dev.reveille.node.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log of a running server from filling the disk: whoever may send queries can make a server write about them,
 * and a server may run for months. When the log has grown too long its end moves aside and it begins anew; the server
 * goes on appending to the same file and notices nothing.
 */
final class RunningLog {

    private static final Logger LOG = LoggerFactory.getLogger(RunningLog.class);

    /** Some minutes of a server that complains about every query. */
    static final long BYTES_MAX = 16L << 20;

    /** How much of its end is kept. */
    static final long BYTES_KEPT = 1L << 20;

    /** How often a log is looked at. */
    static final Duration LOOK = Duration.ofSeconds(10);

    private RunningLog() {}

    /** Looks after the log until {@code server} has ended, on a thread of its own. Returns at once. */
    static void keepShort(SupervisedProcess server, ComputeFiles files, Duration look) {
        Thread.ofVirtual().name("reveille-server-log").start(() -> {
            try {
                while (!server.endsWithin(look)) {
                    trim(files);
                }
            } catch (IOException failure) {
                LOG.atWarn()
                        .addKeyValue("file", files.log())
                        .setCause(failure)
                        .log("the log of a server cannot be kept short any more");
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void trim(ComputeFiles files) throws IOException {
        if (Files.size(files.log()) < BYTES_MAX) {
            return;
        }
        new OwnerOnlyFile(files.olderLog()).ensureExists();
        try (FileChannel log = FileChannel.open(files.log(), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileChannel older = FileChannel.open(
                        files.olderLog(), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            log.transferTo(log.size() - BYTES_KEPT, BYTES_KEPT, older);
            log.truncate(0); // What was said since the line above is lost.
        }
    }
}
