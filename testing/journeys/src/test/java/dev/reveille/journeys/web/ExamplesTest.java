package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.WebStories;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code docs/examples} shows, run as it is, with TLS. */
@ExtendWith(SharedNode.class)
class ExamplesTest {

    private static WebStories stories;

    @BeforeAll
    static void begin(DevNode node) {
        stories = WebStories.of("examples.mjs", node.toWeb("examples").overTls(), ExamplesTest.class);
    }

    @AfterAll
    static void end() {
        if (stories != null) {
            stories.close();
        }
    }

    @Test
    void theExampleOfTheDriverRuns(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void theExampleOfATransactionRuns(TestInfo story) {
        stories.tell(story);
    }
}
