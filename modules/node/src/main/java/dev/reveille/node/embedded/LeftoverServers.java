package dev.reveille.node.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Servers that run on data of ours without our doing: those of a node that was killed, in the moment before its
 * supervisors have stopped them, or whose supervisors were killed too. Blocking.
 */
final class LeftoverServers {

    private static final Path PROCESSES = Path.of("/proc");

    private LeftoverServers() {}

    /**
     * Stops what runs on {@code data}, and removes the lock file of a server that is gone. PostgreSQL would do the
     * latter itself, but only where it may not signal the process that has got the old server's number by now; in a
     * user namespace of root's it may signal too many.
     */
    static void stop(Path data, Duration patience) throws EmbeddedFailure, IOException, InterruptedException {
        Path lockFile = data.resolve("postmaster.pid");
        Optional<Long> recorded = recordedIn(lockFile);
        if (recorded.isEmpty()) {
            return;
        }
        for (String signal : List.of("INT", "QUIT", "KILL")) {
            List<ProcessHandle> running = runningOn(data, recorded.get());
            // The first of its processes leads the others; what survives its leader ends by itself, or is asked too.
            List<ProcessHandle> asked = running.stream()
                    .filter(process -> process.pid() == recorded.get())
                    .findFirst()
                    .map(List::of)
                    .orElse(running);
            for (ProcessHandle process : asked) {
                ShortProgram.run(List.of("/bin/sh", "-c", "kill -s " + signal + " " + process.pid()));
            }
            if (haveEnded(running, patience)) {
                if (Files.isDirectory(PROCESSES)) {
                    Files.deleteIfExists(lockFile);
                }
                return;
            }
        }
        throw EmbeddedFailure.ofMachine("a server of an earlier node still runs on " + data + " (process "
                + recorded.get() + ") and does not stop");
    }

    private static boolean haveEnded(List<ProcessHandle> processes, Duration patience) throws InterruptedException {
        CompletableFuture<?>[] ends =
                processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        try {
            CompletableFuture.allOf(ends).get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException stillThere) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static List<ProcessHandle> runningOn(Path data, long recorded) throws IOException {
        if (!Files.isDirectory(PROCESSES)) {
            return ProcessHandle.of(recorded)
                    .filter(process -> process.info()
                            .command()
                            .filter(command -> command.endsWith("/postgres"))
                            .isPresent())
                    .map(List::of)
                    .orElse(List.of());
        }
        Path real = data.toRealPath();
        return ProcessHandle.allProcesses()
                .filter(process -> isPostgresIn(real, process.pid()))
                .toList();
    }

    /** A server's processes have their data as working directory. What we may not look at is not ours. */
    private static boolean isPostgresIn(Path data, long pid) {
        try {
            Path process = PROCESSES.resolve(Long.toString(pid));
            return Files.readSymbolicLink(process.resolve("cwd")).equals(data)
                    && Files.readSymbolicLink(process.resolve("exe"))
                            .getFileName()
                            .toString()
                            .startsWith("postgres");
        } catch (IOException notOurs) {
            return false;
        }
    }

    private static Optional<Long> recordedIn(Path lockFile) throws IOException {
        try {
            // A server that runs alone with its data notes its number with a minus sign, which no process has.
            return Optional.of(
                    Long.valueOf(Files.readString(lockFile).lines().findFirst().orElse("")));
        } catch (NoSuchFileException asleep) {
            return Optional.empty();
        } catch (NumberFormatException damaged) {
            return Optional.of(0L);
        }
    }
}
