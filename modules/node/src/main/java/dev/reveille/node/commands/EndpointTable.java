package dev.reveille.node.commands;

import java.io.IOException;
import java.nio.file.Path;

/** Describes the endpoints of a data directory: a role that {@code Main} fills. */
public interface EndpointTable {

    /**
     * A table of name, state, size and last use, ready to print; also while a node runs on {@code data}. Blocks on
     * files.
     *
     * @throws IOException where {@code data} cannot be read; the message is for the operator
     */
    String describe(Path data) throws IOException;
}
