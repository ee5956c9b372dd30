package dev.reveille.node;

import dev.reveille.node.commands.CommandLineEntry;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where a Reveille process begins: introduces the pieces to one another and obeys the command line. */
public final class Main {

    private Main() {}

    /** Runs the command and ends the process with its status. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status = new CommandLineEntry(new Node(), Main::describeEndpoints).run(out, err, arguments);
        System.exit(status);
    }

    private static String describeEndpoints(Path data) throws IOException {
        throw new IOException("endpoints cannot be listed yet");
    }
}
