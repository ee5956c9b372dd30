package dev.reveille.journeys.web;

import dev.reveille.journeys.clients.WebStories;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

/** WebSocket frames of every shape (spec 03 §3, (b) 1 to 14). */
@ExtendWith(SharedNode.class)
class FramesTest {

    private static WebStories stories;

    @BeforeAll
    static void begin(DevNode node) {
        stories = WebStories.of("frames.mjs", node.toWeb("frames"), FramesTest.class);
    }

    @AfterAll
    static void end() {
        if (stories != null) {
            stories.close();
        }
    }

    @Test
    void everythingInOneFrameIsAnsweredInOrder(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void messagesMayComeInPieces(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void bytesMayComeOneByOne(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aMessageMayBeLargerThanAnyBuffer(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aMebibyteToCopyMayComeInOneFrame(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aPingIsAnsweredWhileAQueryRuns(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aPingMayComeBetweenFragments(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void textIsRefusedBeforeTheLogin(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void textIsRefusedAfterTheLogin(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void anUnmaskedFrameIsRefused(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aReservedBitIsRefused(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void anUnknownFrameIsRefused(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aContinuationOfNothingIsRefused(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aPingOfTooManyBytesIsRefused(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void terminateClosesAtOnce(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aCloseIsAnsweredWithAClose(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aWrongPasswordIsToldBeforeTheClose(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aCancelRequestComesByAnotherSocket(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void encryptionInsideIsDeclinedOnce(TestInfo story) {
        stories.tell(story);
    }

    @Test
    void aLongPasswordIsRead(TestInfo story) {
        stories.tell(story);
    }
}
