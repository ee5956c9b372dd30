package dev.reveille.journeys.clients;

import java.io.IOException;
import java.util.Map;

/** The way by node-postgres: {@code node/story.mjs} tells the stories. */
public final class NodePostgres {

    private NodePostgres() {}

    /** Tells the story of that name; what it prints. */
    public static String tell(String story, Destination destination) {
        Process process = NodeModules.start(Map.of(), "story.mjs", story);
        try (var input = process.outputWriter()) {
            input.write("""
                    {"port": %d, "user": "%s", "password": "%s", "database": "%s", "endpoint": "%s", "ca": "%s"}
                    """.formatted(
                            destination.port(),
                            destination.role(),
                            destination.password(),
                            destination.database(),
                            destination.endpoint(),
                            destination.trusted()));
        } catch (IOException gone) {
            // It ended early; its outcome says why.
        }
        return Psql.end(process).answer();
    }
}
