package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.WebStories;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** The driver of today over HTTP (spec 03 §4 to §9, §15). */
@ExtendWith(SharedNode.class)
class DriverOverHttpTest {

    private static WebStories stories;

    @BeforeAll
    static void begin(DevNode node) {
        stories = WebStories.of("driver-http.mjs", node.toWeb("driver-http"), DriverOverHttpTest.class);
    }

    @AfterAll
    static void end() {
        if (stories != null) {
            stories.close();
        }
    }

    @Test
    void valuesComeBackAsTheirTypes(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void commandsSayWhatTheyDid(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void rowsComeAsObjectsOrArrays(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aTransactionIsIsolatedAsItAsks(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void whatATransactionDoesNotAskForIsNotEchoed(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void anEmptyTransactionIsNothing(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aFailureUndoesAllOfATransaction(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void readOnlyMeansIt(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aDeferredConstraintFailsAtTheCommit(TestInfo story) {
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
    void anErrorHasAllThatPostgresSaid(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void anAbortedQueryEndsAtTheComputeToo(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aHundredAtOnceAllGetTheirOwnAnswer(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void tenMegabytesComeWhole(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void nothingIsLeftOfWhatTheLastOneSet(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void anAwkwardNameIsPercentEncoded(TestInfo story) {
        stories.tell(story);
    }
}
