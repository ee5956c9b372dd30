package dev.reveille.gateway.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A password that a command prints: the first line of what it writes to its standard output, when it ends with status 0.
 * This is the way to tokens that a cloud provider signs, such as those of ElastiCache with IAM, which are good for 15
 * minutes: nothing here signs them, a command that does (a small script around the provider's own tool) is run anew
 * every {@code freshFor}. Waited for on a virtual thread.
 *
 * @param command the program and its arguments; no shell
 * @param freshFor how long one token is used; well below its own life
 * @param max how long the command may take, before it is ended
 */
public record CommandPassword(List<String> command, Duration freshFor, Duration max) implements PasswordSource {

    public static final Duration FRESH_FOR_DEFAULT = Duration.ofMinutes(10);
    public static final Duration MAX_DEFAULT = Duration.ofSeconds(10);

    private static final int OUTPUT_MAX = 64 * 1024;

    public CommandPassword {
        command = List.copyOf(command);
    }

    @Override
    public CompletionStage<Password> fetch() {
        return CompletableFuture.supplyAsync(
                this::run,
                running -> Thread.ofVirtual().name("redis-password-command").start(running));
    }

    private Password run() {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                process.getOutputStream().close();
                // The end of the process ends the reading, too.
                process.onExit().orTimeout(max.toNanos(), TimeUnit.NANOSECONDS).whenComplete((_, late) -> {
                    if (late != null) {
                        end(process);
                    }
                });
                return new Password(firstLine(process), Optional.of(freshFor));
            } finally {
                end(process);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("%s cannot be run".formatted(command.getFirst()), failure);
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private String firstLine(Process process) throws IOException {
        byte[] output;
        try (InputStream printed = process.getInputStream()) {
            output = printed.readNBytes(OUTPUT_MAX);
        }
        int status = process.onExit().join().exitValue();
        String first =
                new String(output, StandardCharsets.UTF_8).lines().findFirst().orElse("");
        if (status != 0 || first.isEmpty()) {
            throw new IllegalStateException("%s ended with status %d and %s"
                    .formatted(command.getFirst(), status, first.isEmpty() ? "no output" : "some output"));
        }
        return first;
    }

    /** The arguments may be secrets. */
    @Override
    public String toString() {
        return "CommandPassword[%s ***, %s]".formatted(command.getFirst(), freshFor);
    }
}
