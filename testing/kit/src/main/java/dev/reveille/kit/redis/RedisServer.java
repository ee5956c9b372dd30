package dev.reveille.kit.redis;

import dev.reveille.kit.sockets.ListenPorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A Redis process on a free loopback port, which keeps nothing on disk.
 *
 * <pre>
 *   try (var redis = RedisServer.start("--requirepass", "secret")) {
 *       redis.call("AUTH", "secret");
 *       redis.kill();      // as by kill -9
 *       redis.restart();   // empty, on the same port
 *       redis.pause();     // hangs: connections stay, nobody answers
 *       redis.resume();
 *   }
 * </pre>
 *
 * One thread at a time.
 */
public final class RedisServer implements AutoCloseable {

    private static final int START_SECONDS_MAX = 20;
    private static final int ATTEMPTS = 5;

    private final List<String> options;
    private final String readyLine;
    private final Path directory;
    private final int port;
    private Process process;

    private RedisServer(List<String> options, String readyLine, Path directory, int port) {
        this.options = options;
        this.readyLine = readyLine;
        this.directory = directory;
        this.port = port;
    }

    /** Starts a server and waits until it is ready. */
    public static RedisServer start(String... options) {
        return start(List.of(options), "Ready to accept connections", _ -> {});
    }

    /** A server that speaks TLS only, with this certificate and key. */
    public static RedisServer startWithTls(Path certificateFile, Path keyFile) {
        return start(
                List.of(
                        "--tls-cert-file",
                        certificateFile.toString(),
                        "--tls-key-file",
                        keyFile.toString(),
                        "--tls-auth-clients",
                        "no"),
                "Ready to accept connections",
                _ -> {});
    }

    /**
     * A single sentinel that watches {@code primary} under the name and calls it down after half a second.
     *
     * @param lines more of its configuration
     */
    public static RedisServer startSentinel(String name, RedisServer primary, String... lines) {
        return start(List.of("--sentinel"), "+monitor", file -> {
            """
            sentinel monitor %1$s 127.0.0.1 %2$d 1
            sentinel down-after-milliseconds %1$s 500
            sentinel failover-timeout %1$s 2000
            """.formatted(name, primary.port()).lines().forEach(file::add);
            List.of(lines).forEach(file::add);
        });
    }

    /** A server that is a cluster of its own: every slot is its. */
    public static RedisServer startCluster() {
        // By default the nodes' own port is this one and 10,000, which may be none.
        RedisServer server = start("--cluster-enabled", "yes", "--cluster-port", Integer.toString(freePort()));
        server.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        server.awaitReply("cluster_state:ok", "CLUSTER", "INFO");
        return server;
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** {@code redis://} and where it listens. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** Asks for one thing on a connection of its own, without a password; errors come back as text, too. */
    public String call(String... words) {
        return withConnection(connection -> connection.call(words));
    }

    /** Asks on one connection until the answer contains {@code part}, for at most 20 s. */
    public void awaitReply(String part, String... words) {
        withConnection(connection -> {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS_MAX);
            String answer = connection.call(words);
            while (!answer.contains(part)) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("Redis goes on saying " + answer);
                }
                Thread.onSpinWait();
                answer = connection.call(words);
            }
            return answer;
        });
    }

    /** How many commands of this name it has carried out, of those it counts. */
    public long calls(String command) {
        String stats = call("INFO", "commandstats");
        return stats.lines()
                .filter(line -> line.startsWith("cmdstat_" + command + ":calls="))
                .map(line -> line.substring(line.indexOf('=') + 1, line.indexOf(',')))
                .mapToLong(Long::parseLong)
                .sum();
    }

    /** Ends the process at once, as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts it again on the same port, after {@link #kill}; nothing of what it knew is left. */
    public void restart() {
        if (!launch()) {
            throw new IllegalStateException("Redis does not start again on port " + port);
        }
    }

    /** Stops the process without ending it: the kernel still takes connections, nobody answers. */
    public void pause() {
        signal("-STOP");
    }

    /** Lets a paused process go on. */
    public void resume() {
        signal("-CONT");
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Adds lines to a configuration file. */
    private interface Configuration {
        void add(String line);
    }

    private static RedisServer start(List<String> options, String readyLine, Consumer<Configuration> configure) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            RedisServer server = new RedisServer(options, readyLine, temporary(), freePort());
            List<String> lines = new ArrayList<>();
            configure.accept(lines::add);
            server.configure(lines);
            if (server.launch()) {
                return server;
            }
            server.close(); // Somebody else took the port in between.
        }
        throw new IllegalStateException("Redis did not start in %d attempts".formatted(ATTEMPTS));
    }

    private void configure(List<String> lines) {
        List<String> all = new ArrayList<>(lines);
        boolean tls = options.contains("--tls-cert-file");
        all.add((tls ? "tls-port " : "port ") + port);
        if (tls) {
            all.add("port 0");
        }
        all.add("bind 127.0.0.1");
        all.add("dir " + directory);
        if (!options.contains("--sentinel")) {
            all.add("save \"\"");
            all.add("repl-diskless-sync-delay 0");
        }
        try {
            Files.write(directory.resolve("redis.conf"), all);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private boolean launch() {
        List<String> command = new ArrayList<>();
        command.add(RedisBinary.find().toString());
        command.add(directory.resolve("redis.conf").toString());
        command.addAll(options);
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("redis-output-" + port).start(() -> listen(said, ready));
        return ready.orTimeout(START_SECONDS_MAX, TimeUnit.SECONDS).join();
    }

    private void listen(BufferedReader said, CompletableFuture<Boolean> ready) {
        try (said) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.contains(readyLine)) {
                    ready.complete(true);
                }
            }
        } catch (IOException ended) {
            // The process is gone.
        }
        ready.complete(false);
    }

    private void signal(String name) {
        try {
            new ProcessBuilder("kill", name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T withConnection(RedisConversation<T> conversation) {
        try (RedisConnection connection = new RedisConnection(port)) {
            return conversation.with(connection);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What is said on one connection. */
    private interface RedisConversation<T> {
        T with(RedisConnection connection) throws IOException;
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("reveille-redis-");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static int freePort() {
        return ListenPorts.next();
    }
}
