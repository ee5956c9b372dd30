package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.WebStories;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** SQL over HTTP with nothing but fetch (spec 03 §4 to §7, §13). */
@ExtendWith(SharedNode.class)
class PlainFetchTest {

    private static WebStories stories;

    @BeforeAll
    static void begin(DevNode node) {
        stories = WebStories.of("sql.mjs", node.toWeb("plain-fetch"), PlainFetchTest.class);
    }

    @AfterAll
    static void end() {
        if (stories != null) {
            stories.close();
        }
    }

    @Test
    void valuesAreConverted(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void everythingAboveIsAnsweredInOneBatchToo(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aDatabaseInAnotherEncodingIsReadAsUtf8(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void numbersAndObjectsKeepTheirText(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void typesThatSomebodyMadeAreConverted(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void rowsHaveFourShapes(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void statementsOfABatchChooseTheirShape(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aBatchCannotBeCommittedFromWithin(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void badRequestsHaveTheirErrors(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void whatIsElsewhereIsNotThere(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aPreflightAllowsWhateverDriversSend(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void theTimeIsAccountedFor(TestInfo story) {
        stories.tell(story);
    }
}
