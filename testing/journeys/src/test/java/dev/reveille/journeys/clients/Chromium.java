package dev.reveille.journeys.clients;

import dev.reveille.journeys.house.Tools;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The browser of the machine. */
final class Chromium {

    private Chromium() {}

    /** Where it is; without one, the journey is skipped, or fails in CI. */
    static Path program() {
        return Stream.of("chromium", "chromium-browser", "google-chrome")
                .map(Tools::onPath)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(() -> {
                    Tools.without("this journey needs a browser, chromium, which is not on PATH");
                    throw new AssertionError();
                });
    }
}
