package dev.reveille.journeys.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInfo;

/**
 * The stories of one script in {@code node/web}, told one after the other by one process, because starting Node.js or a
 * browser takes longer than most stories. A test method asks how the story ended that has its name.
 */
public final class WebStories implements AutoCloseable {

    /** For everything that one script tells. */
    private static final long PATIENCE_SECONDS = 240;

    private static final Path PICTURES = Path.of("target/screenshots").toAbsolutePath();

    private final Process process;
    private final CompletableFuture<List<String>> names = new CompletableFuture<>();
    private final Map<String, CompletableFuture<String>> ends = new ConcurrentHashMap<>();
    private final CompletableFuture<String> errors;

    private WebStories(Process process, String input) {
        this.process = process;
        errors = CompletableFuture.supplyAsync(
                () -> process.errorReader().lines().collect(Collectors.joining("\n")));
        try (var writer = process.outputWriter()) {
            writer.write(input);
        } catch (IOException gone) {
            // It ended early, and says why.
        }
        Thread.ofVirtual().start(this::read);
    }

    /** Begins to tell the stories of {@code script}; each must be a test of {@code tests}, and the other way round. */
    public static WebStories of(String script, WebDestination destination, Class<?> tests) {
        return begin(script, destination, tests, Map.of());
    }

    /** The same where stories need a browser. */
    public static WebStories inBrowser(String script, WebDestination destination, Class<?> tests) {
        return begin(
                script,
                destination,
                tests,
                Map.of("CHROMIUM", Chromium.program().toString()));
    }

    private static WebStories begin(
            String script, WebDestination destination, Class<?> tests, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("NODE_EXTRA_CA_CERTS", destination.behind().trusted().toString());
        WebStories stories = new WebStories(NodeModules.start(all, "web/" + script), destination.json(PICTURES));
        assertThat(stories.await(stories.names))
                .as("stories of %s, and tests", script)
                .containsExactlyInAnyOrderElementsOf(namesOf(tests));
        return stories;
    }

    private static List<String> namesOf(Class<?> tests) {
        return Stream.of(tests.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(org.junit.jupiter.api.Test.class))
                .map(Method::getName)
                .toList();
    }

    /** Waits for the end of the story that has the test's name, and fails where it is not true. */
    public void tell(TestInfo test) {
        String name = test.getTestMethod().orElseThrow().getName();
        assertThat(await(end(name))).as(name).isEmpty();
    }

    private <T> T await(CompletableFuture<T> future) {
        return future.copy()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(failure -> {
                    throw new AssertionError("no word of it", failure);
                })
                .join();
    }

    private CompletableFuture<String> end(String story) {
        return ends.computeIfAbsent(story, _ -> new CompletableFuture<>());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "stories" -> names.complete(List.of(words).subList(1, words.length));
                    case "true" -> end(words[1]).complete("");
                    case "false" -> end(words[1]).complete(URLDecoder.decode(words[2], StandardCharsets.UTF_8));
                    default -> {
                        // A library's own words.
                    }
                }
            }
        } catch (IOException ended) {
            // The same as its end.
        }
        String said = "the stories ended early: " + errors.join();
        names.completeExceptionally(new AssertionError(said));
        ends.values().forEach(end -> end.complete(said));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
