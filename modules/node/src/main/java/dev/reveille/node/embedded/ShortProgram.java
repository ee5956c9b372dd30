package dev.reveille.node.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs that answer a question and are gone at once, such as {@code postgres --version}. Blocking, with a deadline. */
final class ShortProgram {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private ShortProgram() {}

    /** How it ended, and what it said on both outputs. */
    record Result(int status, String output) {

        boolean succeeded() {
            return status == 0;
        }
    }

    /** Runs {@code command}; a program that is not there, or does not end in time, counts as one that failed. */
    static Result run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("reveille-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Result(-1, command.getFirst() + " did not end within " + DEADLINE.toSeconds() + " s");
            }
            return new Result(process.exitValue(), new String(Files.readAllBytes(output), StandardCharsets.UTF_8));
        } catch (IOException notStarted) {
            return new Result(-1, notStarted.getMessage());
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
