package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.WebStories;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The driver of today over WebSocket (spec 03 §3, §15.4). */
@ExtendWith(SharedNode.class)
class DriverOverWebSocketTest {

    private static WebStories stories;

    @BeforeAll
    static void begin(DevNode node) {
        stories = WebStories.of("driver-ws.mjs", node.toWeb("driver-ws"), DriverOverWebSocketTest.class);
    }

    @AfterAll
    static void end() {
        if (stories != null) {
            stories.close();
        }
    }

    @Test
    void aQueryGoesWithTheLogin(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aQueryWaitsForTheLoginWithoutPipelining(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aTransactionHoldsItsSession(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void statementsHaveNames(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void notificationsAndNoticesArrive(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void parametersAreCounted(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void whoeverMayNotComeInIsToldSo(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aRefusalIsReadHoweverMuchWasSentAlready(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void bothWaysGiveTheSame(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void tenMegabytesComeWhole(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aPoolOfTenServesTwoHundred(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void startupParametersAreForwarded(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aClientThatVanishesLeavesNothingRunning(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void poolQueriesGoOverHttpWhereAsked(TestInfo story) {
        stories.tell(story);
    }
}
