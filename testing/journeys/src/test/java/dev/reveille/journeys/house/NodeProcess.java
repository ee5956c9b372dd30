package dev.reveille.journeys.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Reveille process, run as the launcher runs one, with everything that it says. Doors are opened on port 0 and found
 * in the log, so that no port is guessed. May be used by several threads.
 */
public final class NodeProcess implements AutoCloseable {

    /** For whatever a node does in a moment on an idle machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Pattern READY =
            Pattern.compile(".*ready postgres=\"([^\"]+)\" admin=\"([^\"]+)\" web=\"([^\"]+)\".*");

    /** Quick to start rather than quick to run: most journeys are short. */
    private static final List<String> JVM_OPTIONS = List.of(
            "-XX:+UseCompactObjectHeaders",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx512m");

    private final Process process;
    private final List<String> output = new CopyOnWriteArrayList<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Thread printing;
    private final CompletableFuture<Doors> doors = new CompletableFuture<>();

    /** Where the node listens. */
    public record Doors(InetSocketAddress postgres, InetSocketAddress admin, InetSocketAddress web) {}

    private NodeProcess(Process process) {
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        this.printing = Thread.ofVirtual().start(() -> read(process.inputReader(), output));
        Thread.ofVirtual().start(() -> {
            read(process.errorReader(), log);
            doors.completeExceptionally(new AssertionError("the node ended before it was ready:\n" + said()));
        });
    }

    /** Runs {@code reveille} with these arguments; returns at once. */
    public static NodeProcess start(String... arguments) {
        return start(List.of(), List.of(), arguments);
    }

    /** The same behind {@code prefix}, such as a program that changes the user, and with more options for the JVM. */
    public static NodeProcess start(List<String> prefix, List<String> jvmOptions, String... arguments) {
        return start(prefix, jvmOptions, classPath(), arguments);
    }

    /** The same from another class path. */
    public static NodeProcess start(
            List<String> prefix, List<String> jvmOptions, List<Path> classPath, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList()));
        command.add("dev.reveille.node.Main");
        command.addAll(List.of(arguments));
        try {
            return new NodeProcess(
                    new ProcessBuilder(command).directory(Path.of("/").toFile()).start());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The class path of the tests, which the runner may hide from {@code java.class.path}. */
    public static List<Path> classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of(path.split(File.pathSeparator)).stream().map(Path::of).toList();
    }

    /** Waits until the node says that it is ready, and its probe too. */
    public Doors awaitReady() {
        Doors open = doors.copy()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(failure -> {
                    throw new AssertionError("the node did not get ready:\n" + said(), failure);
                })
                .join();
        assertThat(probe(open.admin(), "/ready")).as("GET /ready").isEqualTo(200);
        return open;
    }

    /** The status that the admin door answers with. */
    public static int probe(InetSocketAddress admin, String path) {
        return ask(admin, path).statusCode();
    }

    private static HttpResponse<String> ask(InetSocketAddress admin, String path) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI address = URI.create("http://%s:%d%s".formatted(admin.getHostString(), admin.getPort(), path));
            return http.send(
                    HttpRequest.newBuilder(address).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException ended) {
            throw new AssertionError(ended);
        }
    }

    /** What the admin door answers with. */
    public static String body(InetSocketAddress admin, String path) {
        return ask(admin, path).body();
    }

    /** What it printed. */
    public List<String> output() {
        return List.copyOf(output);
    }

    /** What it printed from its start to its end, which it must have come to. */
    public List<String> allOutput() {
        try {
            assertThat(printing.join(PATIENCE)).as("its output ends").isTrue();
        } catch (InterruptedException ended) {
            throw new AssertionError(ended);
        }
        return output();
    }

    /** What it logged. */
    public List<String> log() {
        return List.copyOf(log);
    }

    /** How many lines of the log hold {@code text}. */
    public long logged(String text) {
        return log.stream().filter(line -> line.contains(text)).count();
    }

    /** Waits for {@code text} in the log. */
    public void awaitLogged(String text) {
        await().atMost(PATIENCE).until(() -> logged(text) > 0);
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Sends SIGTERM, and returns at once. */
    public void terminate() {
        process.toHandle().destroy(); // Process.destroy would close our ends of its streams as well.
    }

    /** {@code kill -9}; returns when the process is gone. */
    public void kill() {
        process.toHandle().destroyForcibly();
        awaitExit();
    }

    /** Waits for its end; the status. */
    public int awaitExit() {
        return process.onExit()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(failure -> {
                    throw new AssertionError("the node does not end:\n" + said(), failure);
                })
                .join()
                .exitValue();
    }

    /** Sends it away without patience. */
    @Override
    public void close() {
        if (alive()) {
            terminate();
            terminate();
        }
        try {
            awaitExit();
        } finally {
            process.destroyForcibly();
        }
    }

    private void read(BufferedReader reader, List<String> lines) {
        try (reader) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                Matcher ready = READY.matcher(line);
                if (ready.matches()) {
                    doors.complete(
                            new Doors(address(ready.group(1)), address(ready.group(2)), address(ready.group(3))));
                }
            }
        } catch (IOException ended) {
            lines.add(ended.toString());
        }
    }

    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }

    private String said() {
        return String.join("\n", output) + "\n" + String.join("\n", log);
    }
}
