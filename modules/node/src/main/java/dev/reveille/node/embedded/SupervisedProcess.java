package dev.reveille.node.embedded;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A program that does not outlive Reveille. It runs under a shell that holds the other end of a pipe: the pipe ends when
 * Reveille ends, however that happens, and the shell then stops the program. Signals travel through the same pipe, so
 * they always reach the program that was started and never a stranger with the same number.
 *
 * <p>Where {@code setsid} exists the shell leads a session of its own, so that Ctrl-C in a terminal reaches Reveille
 * only, which then stops its servers in good order. All methods may be called on any thread; those that wait say so.
 */
final class SupervisedProcess {

    /**
     * Arguments: the file that becomes the program's input, then the program. The second job watches the pipe, and
     * when it ends asks with INT, after ten seconds with QUIT, after ten more with KILL.
     */
    private static final String SUPERVISOR = """
            exec 3<&0
            input=$1
            shift
            "$@" <"$input" 3<&- &
            program=$!
            {
              while read -r signal; do kill -s "$signal" "$program"; done
              for signal in INT QUIT KILL; do
                kill -s "$signal" "$program" || exit 0
                seconds=0
                while [ "$seconds" -lt 10 ]; do
                  kill -0 "$program" || exit 0
                  sleep 1
                  seconds=$((seconds + 1))
                done
              done
            } <&3 >/dev/null 2>&1 &
            watcher=$!
            exec 3<&-
            wait "$program"
            status=$?
            kill "$watcher" 2>/dev/null
            exit "$status"
            """;

    private static final Path NOTHING = Path.of("/dev/null");

    private final Process supervisor;

    private SupervisedProcess(Process supervisor) {
        this.supervisor = supervisor;
    }

    /** Starts {@code command}; both its outputs are appended to {@code output}. Blocking, but short. */
    static SupervisedProcess start(List<String> command, Path output) throws IOException {
        return start(command, NOTHING, output);
    }

    /** Starts {@code command} with {@code input} to read; both its outputs are appended to {@code output}. */
    static SupervisedProcess start(List<String> command, Path input, Path output) throws IOException {
        List<String> line = new ArrayList<>();
        SearchPath.find("setsid").ifPresent(setsid -> line.add(setsid.toString()));
        line.addAll(List.of("/bin/sh", "-c", SUPERVISOR, "reveille-supervisor", input.toString()));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        // PGDATA, PGPORT and kin mean the user's own server; LC_ALL makes failures readable for us.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        return new SupervisedProcess(builder.start());
    }

    /** The number of the shell, which is the parent of the program. */
    long supervisor() {
        return supervisor.pid();
    }

    /** Completes when the program has ended, with its status. */
    CompletableFuture<Integer> exited() {
        return supervisor.onExit().thenApply(Process::exitValue);
    }

    /** Waits; whether the program has ended within {@code patience}. Blocking. */
    boolean endsWithin(Duration patience) throws InterruptedException {
        return supervisor.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** How the program ended, which it must have. */
    int status() {
        return supervisor.exitValue();
    }

    /** Sends {@code signal}, named without {@code SIG}; to a program that has ended, nothing happens. */
    void signal(String signal) {
        try {
            Writer pipe = supervisor.outputWriter();
            pipe.write(signal + "\n");
            pipe.flush();
        } catch (IOException ended) {
            // The shell is gone, and it goes last.
        }
    }

    /** Ends the program in a hurry, for a caller that was interrupted and may not leave it behind. Blocking. */
    void abandon(Duration patience) {
        signal("INT");
        exited().completeOnTimeout(-1, patience.toNanos(), TimeUnit.NANOSECONDS).join();
        signal("KILL");
    }

    /** Asks for an end with each signal in turn and waits {@code patience} after each; whether it came. Blocking. */
    boolean end(Duration patience, String... signals) throws InterruptedException {
        for (String signal : signals) {
            signal(signal);
            if (endsWithin(patience)) {
                return true;
            }
        }
        return false;
    }
}
