package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.TestLoops.failureOf;
import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class LoopsTest {

    private final TestLoops loops = TestLoops.open(2);

    @AfterEach
    void close() {
        loops.close();
    }

    @Test
    void actorsAndStreamsOfALoopRunOnItsThread() {
        for (Loop loop : loops.loops().all()) {
            // Given
            TestProbe<Boolean> probe = loops.kit().createTestProbe();

            // When
            loops.kit()
                    .spawn(
                            Behaviors.setup(_ -> {
                                probe.getRef().tell(loop.eventLoop().inEventLoop());
                                return Behaviors.stopped();
                            }),
                            DispatcherSelector.fromConfig(loop.dispatcher()));
            Boolean streamed = soon(loops.run(
                    loop,
                    Source.lazySingle(() -> loop.eventLoop().inEventLoop()).toMat(Sink.head(), Keep.right())));

            // Then
            probe.expectMessage(true);
            assertThat(streamed).isTrue();
        }
    }

    @Test
    void aLoopIsFoundByItsEventLoop() {
        Loop second = loops.loops().all().get(1);

        assertThat(loops.loops().of(second.eventLoop())).isSameAs(second);
    }

    @Test
    void theEventLoopOfOthersIsNoneOfThese() {
        try (Loops others = Loops.open(1, Transport.best())) {
            assertThatThrownBy(() -> loops.loops().of(others.all().getFirst().eventLoop()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closingEndsTheThreadsAndTheSocketsTheyStillOwn(Transport transport) throws IOException {
        // Given a system that has ended before its loops, as it should, and left a socket behind
        TestLoops mine = TestLoops.open(2, transport);
        try (Wire wire = Wire.open(mine)) {
            mine.kit().shutdownTestKit();

            // When
            mine.loops().close();

            // Then
            assertEnded(mine, wire);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void closingALoopAtWorkEndsItsSocketsToo(Transport transport) throws Exception {
        // Given
        TestLoops mine = TestLoops.open(1, transport);
        try (Wire wire = Wire.open(mine)) {
            mine.kit().shutdownTestKit();
            CompletableFuture<Boolean> toldToEnd = new CompletableFuture<>();
            CountDownLatch atWork = new CountDownLatch(1);
            EventLoop loop = wire.loop().eventLoop();
            loop.execute(() -> {
                atWork.countDown();
                Instant end = Instant.now().plus(TestLoops.PATIENCE);
                while (!loop.isShuttingDown() && Instant.now().isBefore(end)) {
                    Thread.onSpinWait();
                }
                toldToEnd.complete(loop.isShuttingDown());
            });
            assertThat(atWork.await(TestLoops.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();

            // When
            mine.loops().close();

            // Then
            assertThat(soon(toldToEnd)).isTrue();
            assertEnded(mine, wire);
        }
    }

    private static void assertEnded(TestLoops ended, Wire wire) {
        assertThat(ended.loops().all())
                .allSatisfy(loop -> assertThat(loop.eventLoop().isTerminated()).isTrue());
        assertThat(wire.ours().isOpen()).isFalse();
    }

    @Test
    void aSystemThatEndsDoesNotWaitForStreamsThatNobodyFeeds() throws IOException {
        // Given
        TestLoops mine = TestLoops.open(2);
        try (Wire wire = Wire.open(mine)) {
            mine.run(wire.loop(), Source.<ByteString>maybe().via(wire.stream()).to(Sink.ignore()));

            // When
            mine.kit().system().terminate();

            // Then
            soon(mine.kit().system().getWhenTerminated());
            mine.loops().close();
        }
    }

    @Test
    void aSystemThatWasNotToldOfTheLoopsCannotUseTheirDispatchers() {
        // Given
        ActorSystem<Done> stranger = ActorSystem.create(
                Behaviors.empty(), "stranger", loops.loops().dispatchers().withFallback(ConfigFactory.load()));
        try {
            // When
            CompletableFuture<Done> lookUp = CompletableFuture.supplyAsync(() -> {
                stranger.dispatchers()
                        .lookup(DispatcherSelector.fromConfig(loops.first().dispatcher()));
                return Done.getInstance();
            });

            // Then
            assertThat(failureOf(lookUp)).hasStackTraceContaining("without LoopsSetup");
        } finally {
            stranger.terminate();
        }
    }
}
