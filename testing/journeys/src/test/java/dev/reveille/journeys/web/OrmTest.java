package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.WebStories;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is built on the driver, with TLS (spec 03 §16). */
@ExtendWith(SharedNode.class)
class OrmTest {

    private static WebStories stories;

    @BeforeAll
    static void begin(DevNode node) {
        stories = WebStories.of("orms.mjs", node.toWeb("orms").overTls(), OrmTest.class);
    }

    @AfterAll
    static void end() {
        if (stories != null) {
            stories.close();
        }
    }

    @Test
    void drizzleQueriesAndBatchesOverHttp(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void drizzleHoldsTransactionsOverWebSocket(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void kyselyCountsRowsOverBothWays(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void prismasAdapterQueriesAndMapsErrors(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void prismasAdapterUnderstandsAWrongPassword(TestInfo story) {
        stories.tell(story);
    }
}
