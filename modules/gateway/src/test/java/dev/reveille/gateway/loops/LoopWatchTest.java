package dev.reveille.gateway.loops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class LoopWatchTest {

    private static final LoopWatch.Patience SHORT =
            new LoopWatch.Patience(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMillis(1_000));

    private final TestLoops loops = TestLoops.open(2);
    private final ConcurrentLinkedQueue<ILoggingEvent> logged = new ConcurrentLinkedQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LoopWatch.class);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event);
        }
    };

    @AfterEach
    void close() {
        logger.detachAppender(appender);
        loops.close();
    }

    @Test
    void aLoopThatIsHeldUpIsStalledUntilItIsLetGoAndThenSaysForHowLong() {
        // Given
        appender.start();
        logger.addAppender(appender);
        LoopWatch watch = LoopWatch.start(loops.loops(), SHORT);
        CountDownLatch release = new CountDownLatch(1);

        // When
        loops.loops().all().get(1).eventLoop().execute(() -> {
            try {
                assertThat(release.await(TestLoops.PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                        .isTrue();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });

        // Then
        loops.eventually(() -> assertThat(watch.stalled()).isEqualTo(List.of(1)));
        release.countDown();
        loops.eventually(() -> assertThat(watch.stalled()).isEmpty());
        loops.eventually(() -> assertThat(logged).anySatisfy(event -> {
            assertThat(event.getMessage()).isEqualTo("a loop was held up");
            assertThat(event.getKeyValuePairs()).anySatisfy(pair -> {
                assertThat(pair.key).isEqualTo("loop");
                assertThat(pair.value).isEqualTo(1);
            });
        }));
    }
}
