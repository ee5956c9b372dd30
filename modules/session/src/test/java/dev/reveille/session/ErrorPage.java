package dev.reveille.session;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The page {@code docs/errors.md}: sections {@code ## SQLSTATE: …} with one {@code ### `text`} for each error. Facts are
 * written in capitals there, and addresses are those of RFC 5737.
 */
public final class ErrorPage {

    private static final int SQLSTATE_LENGTH = 5;

    private final List<Entry> entries;

    /** One error that is explained. */
    public record Entry(String sqlState, String text) {}

    private ErrorPage(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Reads the page of the repository in which the tests run. */
    public static ErrorPage read() throws IOException {
        List<Entry> entries = new ArrayList<>();
        String sqlState = "";
        for (String line : Files.readAllLines(find())) {
            if (line.startsWith("## ")) {
                sqlState = line.substring(3, 3 + SQLSTATE_LENGTH);
            } else if (line.startsWith("### ")) {
                entries.add(new Entry(sqlState, line.substring(4).replaceAll("^`+|`+$", "")));
            }
        }
        return new ErrorPage(entries);
    }

    /** What is explained, in the order of the page. */
    public List<Entry> entries() {
        return entries;
    }

    private static Path find() {
        return Stream.iterate(Path.of("").toAbsolutePath(), directory -> directory != null, Path::getParent)
                .map(directory -> directory.resolve("docs/errors.md"))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow();
    }
}
