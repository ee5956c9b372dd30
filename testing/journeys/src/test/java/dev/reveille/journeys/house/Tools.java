package dev.reveille.journeys.house;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of this machine. A journey that needs one which is missing is skipped and says so; with {@code CI=true} in
 * the environment it fails instead.
 */
public final class Tools {

    private Tools() {}

    /** The program of that name, which must be there. */
    public static Path program(String name) {
        return onPath(name).orElseGet(() -> {
            without("this journey needs the program " + name + ", which is not on PATH");
            throw new AssertionError(name);
        });
    }

    /** The program of that name, if it is there. */
    public static Optional<Path> onPath(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Skips the test for this reason, or fails it in CI. Never returns. */
    public static void without(String reason) {
        if (inCi()) {
            fail(reason);
        }
        abort(reason);
    }

    public static boolean inCi() {
        return "true".equals(System.getenv("CI"));
    }
}
