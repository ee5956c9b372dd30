package dev.reveille.node.embedded;

import dev.reveille.protocol.names.EndpointId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The endpoints of a data directory, as {@code reveille endpoints} shows them. Reads files only, so it works beside a
 * node that runs on the directory, and after one that was killed. Blocking.
 *
 * @param entries sorted by name
 */
public record EndpointListing(List<Entry> entries) {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final int NAME_WIDTH_MIN = 20;

    /**
     * One endpoint.
     *
     * @param bytes of its data on the disk
     * @param lastUse when it was woken last, or a first session came or the last one left; absent where it never was
     */
    public record Entry(EndpointId name, State state, long bytes, Optional<Instant> lastUse) {}

    /** What a compute is doing. */
    public enum State {
        ASLEEP,
        WAKING,
        READY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public EndpointListing {
        entries = List.copyOf(entries);
    }

    /** Looks at the directory as it is now; one that does not exist has no endpoints. */
    public static EndpointListing of(Path data) throws IOException {
        DataDirectory directory = new DataDirectory(data.toAbsolutePath().normalize());
        boolean nodeLives = DirectoryLock.isHeld(directory.lock());
        List<Entry> entries = new ArrayList<>();
        for (EndpointId endpoint : directory.existing()) {
            ComputeFiles files = directory.filesOf(endpoint);
            entries.add(new Entry(
                    endpoint,
                    nodeLives ? stateIn(files) : State.ASLEEP,
                    new FileTree(files.data()).size(),
                    files.lastUsed()));
        }
        return new EndpointListing(entries);
    }

    /** A table with a heading, in which times are those of {@code zone}; every line ends with a line end. */
    public String format(ZoneId zone) {
        if (entries.isEmpty()) {
            return "no endpoints yet\n";
        }
        int width = entries.stream()
                .mapToInt(entry -> entry.name().value().length())
                .reduce(NAME_WIDTH_MIN, Math::max);
        StringBuilder table = new StringBuilder(row(width, "name", "state", "size", "last use"));
        for (Entry entry : entries) {
            table.append(row(
                    width,
                    entry.name().value(),
                    entry.state().toString(),
                    size(entry.bytes()),
                    entry.lastUse()
                            .map(time -> TIME.withZone(zone).format(time))
                            .orElse("never")));
        }
        return table.toString();
    }

    private static String row(int width, String name, String state, String size, String lastUse) {
        return "%s%s  %-6s  %9s  %s\n".formatted(name, " ".repeat(width - name.length()), state, size, lastUse);
    }

    private static State stateIn(ComputeFiles files) throws IOException {
        return switch (files.state().read().orElse("")) {
            case "ready" -> State.READY;
            case "waking" -> State.WAKING;
            case String _ -> State.ASLEEP;
        };
    }

    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        String units = "KMGTPE";
        double size = bytes;
        int unit = -1;
        while (size >= 1023.95 && unit < units.length() - 1) {
            size /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %sB", size, units.charAt(unit));
    }
}
