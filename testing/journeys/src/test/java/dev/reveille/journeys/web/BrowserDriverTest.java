package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.WebStories;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The driver inside a browser, through TLS and from another origin (spec 03 §13). */
@ExtendWith(SharedNode.class)
class BrowserDriverTest {

    private static WebStories stories;

    @BeforeAll
    static void begin(DevNode node) {
        stories = WebStories.inBrowser(
                "browser-driver.mjs", node.toWeb("browser-driver").overTls(), BrowserDriverTest.class);
    }

    @AfterAll
    static void end() {
        if (stories != null) {
            stories.close();
        }
    }

    @Test
    void theDriverWorksInABrowserFromAnotherOrigin(TestInfo story) {
        stories.tell(story);
    }
}
