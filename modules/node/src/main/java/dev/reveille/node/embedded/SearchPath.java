package dev.reveille.node.embedded;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The directories in which the shell finds programs. */
final class SearchPath {

    private SearchPath() {}

    /** Where the program of this name is, the first one that the shell would take. */
    static Optional<Path> find(String program) {
        return directories().stream()
                .map(directory -> directory.resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The directories of {@code PATH}, in order. */
    static List<Path> directories() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .map(Path::of)
                .filter(Path::isAbsolute)
                .toList();
    }
}
