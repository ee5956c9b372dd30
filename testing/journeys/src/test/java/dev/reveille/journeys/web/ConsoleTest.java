package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.WebStories;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The console, in a real browser. */
@ExtendWith(SharedNode.class)
class ConsoleTest {

    private static WebStories stories;

    @BeforeAll
    static void begin(DevNode node) {
        stories = WebStories.inBrowser("console.mjs", node.toWeb("console"), ConsoleTest.class);
    }

    @AfterAll
    static void end() {
        if (stories != null) {
            stories.close();
        }
    }

    @Test
    void aQueryByWebSocketFillsATable(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aQueryByHttpFillsATable(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void everyStatementHasItsResult(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void anErrorIsMarkedWhereItIs(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void escapeCancelsByWebSocket(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void escapeCancelsByHttp(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void theWakeOfASleepingEndpointIsShown(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aWrongPasswordIsSaid(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void whatDataSaysIsNeverMarkup(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void nothingGoesElsewhereAndNoPasswordIsKept(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void handsNeedNotLeaveTheKeyboard(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void whatIsSelectedRunsAlone(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void muchIsShownBitByBit(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void resultsCanBeTakenHome(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aNarrowScreenIsEnough(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void itHasItsPictureTakenInTheLightAndInTheDark(TestInfo story) {
        stories.tell(story);
    }
}
