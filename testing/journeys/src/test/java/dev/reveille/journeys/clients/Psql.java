package dev.reveille.journeys.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.house.Tools;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The way by psql, and by the other programs that come with it: libpq as its users have it. Immutable; names the endpoint
 * by {@code options} and uses no TLS unless told otherwise.
 */
public final class Psql {

    private static final int ANSWER_SECONDS = 60;

    private final Map<String, String> connection;
    private final Map<String, String> environment;

    private Psql(Map<String, String> connection, Map<String, String> environment) {
        this.connection = connection;
        this.environment = environment;
    }

    /** How a program ended, and what it said. */
    public record Outcome(int status, String out, String err) {

        /** Its output, where it succeeded. */
        public String answer() {
            assertThat(status).as(err).isZero();
            return out.strip();
        }
    }

    public static Psql to(Destination destination) {
        Map<String, String> connection = new LinkedHashMap<>();
        connection.put("host", Destination.LOOPBACK);
        connection.put("port", Integer.toString(destination.port()));
        connection.put("user", destination.role());
        connection.put("dbname", destination.database());
        connection.put("options", "endpoint=" + destination.endpoint());
        connection.put("sslmode", "disable");
        connection.put("sslrootcert", destination.trusted().toString());
        return new Psql(connection, Map.of("PGPASSWORD", destination.password()));
    }

    /** The endpoint as the first label of the server name, and nowhere else. */
    public Psql byServerName(String endpoint, String sslmode) {
        return without("options")
                .with("host", endpoint + ".localhost")
                .with("hostaddr", Destination.LOOPBACK)
                .with("sslmode", sslmode);
    }

    /** Sets a parameter of the connection string. */
    public Psql with(String parameter, String value) {
        Map<String, String> changed = new LinkedHashMap<>(connection);
        changed.put(parameter, value);
        return new Psql(changed, environment);
    }

    public Psql without(String parameter) {
        Map<String, String> changed = new LinkedHashMap<>(connection);
        changed.remove(parameter);
        return new Psql(changed, environment);
    }

    public Psql withEnvironment(String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(environment);
        changed.put(name, value);
        return new Psql(connection, changed);
    }

    /** Asks one thing; the rows without decoration. */
    public String ask(String sql) {
        return ask(List.of(sql)).answer();
    }

    /** One {@code -c} after another, in one session. */
    public Outcome ask(List<String> commands) {
        return end(begin(commands));
    }

    /** What a script on standard input leads to. */
    public Outcome script(String text) {
        Process psql = launch("psql", List.of("-X", "-A", "-t", "-q"));
        try (var input = psql.outputWriter(StandardCharsets.UTF_8)) {
            input.write(text);
        } catch (IOException gone) {
            // It ended early; its outcome says why.
        }
        return end(psql);
    }

    /** psql at work on these commands. */
    public Process begin(List<String> commands) {
        List<String> arguments = new ArrayList<>(List.of("-X", "-A", "-t", "-q"));
        commands.forEach(command -> arguments.addAll(List.of("-c", command)));
        return launch("psql", arguments);
    }

    /** Another program of PostgreSQL's, which takes a connection string by {@code --dbname}. */
    public Process launch(String program, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Tools.program(program).toString());
        command.add("--dbname=" + connectionString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PGCONNECT_TIMEOUT", Integer.toString(ANSWER_SECONDS));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** As Ctrl-C does. */
    public static void interrupt(Process process) {
        List<String> kill = List.of(Tools.program("kill").toString(), "-INT", Long.toString(process.pid()));
        try {
            assertThat(end(new ProcessBuilder(kill).start()).status()).isZero();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Waits for the end of a program that {@link #launch} started. */
    public static Outcome end(Process process) {
        CompletableFuture<String> err = all(process.getErrorStream());
        CompletableFuture<String> out = all(process.getInputStream());
        try {
            if (!process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("does not end: " + err.join() + out.join());
            }
        } catch (InterruptedException ended) {
            process.destroyForcibly();
            throw new AssertionError(ended);
        }
        return new Outcome(process.exitValue(), out.join(), err.join());
    }

    private static CompletableFuture<String> all(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                },
                reading -> Thread.ofVirtual().start(reading)); // Both streams at once, or a full one stops the program.
    }

    private String connectionString() {
        return connection.entrySet().stream()
                .map(entry -> "%s='%s'"
                        .formatted(
                                entry.getKey(),
                                entry.getValue().replace("\\", "\\\\").replace("'", "\\'")))
                .collect(Collectors.joining(" "));
    }
}
