package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.WebStories;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The driver that frozen packages bring along, with TLS (spec 03 (b) 54). */
@ExtendWith(SharedNode.class)
class OldDriverTest {

    private static WebStories stories;

    @BeforeAll
    static void begin(DevNode node) {
        stories = WebStories.of("driver-old.mjs", node.toWeb("driver-old").overTls(), OldDriverTest.class);
    }

    @AfterAll
    static void end() {
        if (stories != null) {
            stories.close();
        }
    }

    @Test
    void theOldDriverQueriesOverHttp(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void theOldDriverBatchesATransaction(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void theOldDriverPools(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void theOldDriverIsToldOfAWrongPassword(TestInfo story) {
        stories.tell(story);
    }
}
