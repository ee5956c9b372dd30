package dev.reveille.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import scala.concurrent.duration.Duration;

/** What would only show after long waits. */
class HttpLimitsTest {

    private static final ActorTestKit TEST_KIT = ActorTestKit.create();

    @AfterAll
    static void stop() {
        TEST_KIT.shutdownTestKit();
    }

    @Test
    void theServerLayerAnswersForNobodyWhoTakesLong() {
        // When
        ServerSettings limits = HttpLimits.of(TEST_KIT.system(), WebSettings.DEFAULTS);

        // Then: the layer leaves its clock out where the time is nothing, and only there
        assertThat(limits.getTimeouts().requestTimeout()).isEqualTo(Duration.Zero());
        assertThat(limits.getTimeouts().idleTimeout()).isEqualTo(Duration.Inf());
    }
}
