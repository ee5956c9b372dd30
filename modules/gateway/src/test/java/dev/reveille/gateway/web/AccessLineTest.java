package dev.reveille.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.LogLines;
import dev.reveille.session.SessionId;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.EventRecordingLogger;
import org.slf4j.event.SubstituteLoggingEvent;
import org.slf4j.helpers.SubstituteLogger;

/** What a request's line says, whoever writes it. */
class AccessLineTest {

    private static final SessionId SESSION = SessionId.random();
    private static final AccessLine LINE =
            new AccessLine(SESSION, "127.0.0.1:4711", "POST", "/sql", 200, 460, 12_345_678);
    private static final String[] FACTS = {
        "session=" + SESSION, "client=127.0.0.1:4711", "method=POST", "path=/sql", "status=200", "bytes=460", "ms=12"
    };

    @Test
    void aLoggerThatTakesEventsHearsAllFacts() {
        try (LogLines log = LogLines.below("access.line.test")) {
            // When
            LINE.to(LoggerFactory.getLogger("access.line.test"));

            // Then
            LogLines.Line line = log.all().getFirst();
            assertThat(line.level()).isEqualTo("INFO");
            assertThat(line.message()).isEqualTo("request");
            assertThat(line.facts()).containsExactly(FACTS);
        }
    }

    @Test
    void anyOtherLoggerHearsThemToo() {
        // Given
        Queue<SubstituteLoggingEvent> heard = new ArrayDeque<>();
        EventRecordingLogger other = new EventRecordingLogger(new SubstituteLogger("other", heard, false), heard);

        // When
        LINE.to(other);

        // Then
        assertThat(heard).hasSize(1);
        assertThat(heard.remove().getMessage()).contains(FACTS).endsWith("request");
    }
}
