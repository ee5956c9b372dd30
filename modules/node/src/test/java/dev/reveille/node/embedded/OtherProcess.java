package dev.reveille.node.embedded;

import dev.reveille.session.compute.ComputeAddress;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@link OneWake} in a process of its own. */
final class OtherProcess implements AutoCloseable {

    private final Process process;
    final ComputeAddress compute;
    final String password;

    private OtherProcess(Process process, ComputeAddress compute, String password) {
        this.process = process;
        this.compute = compute;
        this.password = password;
    }

    /** The class path of the tests, which the runner may hide from {@code java.class.path}. */
    static List<Path> classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of(path.split(File.pathSeparator)).stream().map(Path::of).toList();
    }

    static OtherProcess start(Path data) throws IOException {
        return start(List.of(), classPath(), "", data);
    }

    /** Starts the program behind {@code prefix}, with another {@code PATH} if one is given; returns when it is ready. */
    static OtherProcess start(List<String> prefix, List<Path> classPath, String searchPath, Path data)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "--sun-misc-unsafe-memory-access=allow", "-cp"));
        command.add(String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList()));
        command.addAll(List.of(OneWake.class.getName(), data.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(Path.of("/").toFile()).redirectErrorStream(true);
        if (!searchPath.isEmpty()) {
            builder.environment().put("PATH", searchPath);
        }
        Process process = builder.start();
        StringBuilder said = new StringBuilder();
        BufferedReader lines = process.inputReader();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("READY ")) {
                String[] words = line.split(" ");
                return new OtherProcess(process, ComputeAddress.parse(words[1]).orElseThrow(), words[2]);
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("the other process did not get ready:\n" + said);
    }

    /** As {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(30, TimeUnit.SECONDS);
    }

    /** Lets it leave in good order. */
    @Override
    public void close() throws IOException {
        process.outputWriter().close();
        boolean left = process.onExit()
                .thenApply(_ -> true)
                .completeOnTimeout(false, 60, TimeUnit.SECONDS)
                .join();
        if (!left) {
            process.destroyForcibly();
            throw new AssertionError("the other process did not leave");
        }
    }
}
