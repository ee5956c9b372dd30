package dev.reveille.node;

import dev.reveille.node.commands.CommandLineEntry;
import dev.reveille.node.embedded.EndpointListing;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/** Where a Reveille process begins: introduces the pieces to one another and obeys the command line. */
public final class Main {

    private Main() {}

    /** Runs the command and ends the process with its status. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status = new CommandLineEntry(
                        new Node(), data -> EndpointListing.of(data).format(ZoneId.systemDefault()))
                .run(out, err, arguments);
        System.exit(status);
    }
}
