package dev.reveille.node.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One installation of PostgreSQL's server programs.
 *
 * @param directory where {@code postgres} and {@code initdb} are
 * @param version in full, such as {@code 18.6}; {@code 19beta1} is possible too
 * @param major the number that decides which data directories it can serve
 */
record PostgresBinaries(Path directory, String version, int major) {

    private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) ((\\d+)\\S*)");

    Path postgres() {
        return directory.resolve("postgres");
    }

    Path initdb() {
        return directory.resolve("initdb");
    }

    /** The installation in {@code directory}, if there is one that runs here. Blocking. */
    static Optional<PostgresBinaries> in(Path directory) throws IOException, InterruptedException {
        Path link = directory.resolve("postgres");
        if (!Files.isExecutable(link)) {
            return Optional.empty();
        }
        // PATH often holds links; the other programs and the shared files are beside what they point to.
        Path real = link.toRealPath().getParent();
        if (!Files.isExecutable(real.resolve("initdb"))) {
            return Optional.empty();
        }
        ShortProgram.Result answer =
                ShortProgram.run(List.of(real.resolve("postgres").toString(), "--version"));
        Matcher version = VERSION.matcher(answer.output());
        return answer.succeeded() && version.find()
                ? Optional.of(new PostgresBinaries(real, version.group(1), Integer.parseInt(version.group(2))))
                : Optional.empty();
    }
}
