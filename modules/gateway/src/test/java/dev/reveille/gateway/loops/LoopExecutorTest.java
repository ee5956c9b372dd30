package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one socket's news sets off is done before the next socket is looked at, within bounds. */
@Timeout(60)
class LoopExecutorTest {

    private final Loops loops = Loops.open(1, Transport.best());
    private final Loop loop = loops.all().getFirst();
    private final LoopExecutor executor = loop.executor();
    private final List<String> done = new ArrayList<>();

    @AfterEach
    void close() {
        loops.close();
    }

    @Test
    void whatNewsSetOffIsDoneBeforeTheNextNews() {
        onTheLoop(() -> {
            loop.eventLoop().execute(() -> done.add("the next socket"));
            executor.carry(() -> executor.execute(() -> {
                done.add("what it set off");
                executor.execute(() -> done.add("and what that set off"));
            }));
        });
        onTheLoop(() -> {});

        assertThat(done).containsExactly("what it set off", "and what that set off", "the next socket");
    }

    @Test
    void newsThatSetOffTooMuchWaitTheirTurnInOrder() {
        List<String> much =
                IntStream.range(0, 200).mapToObj(number -> "task " + number).toList();

        onTheLoop(() -> {
            loop.eventLoop().execute(() -> done.add("the next socket"));
            executor.carry(() -> much.forEach(name -> executor.execute(() -> done.add(name))));
        });
        onTheLoop(() -> {});

        assertThat(done.indexOf("the next socket")).isBetween(1, 100);
        assertThat(done.stream().filter(name -> name.startsWith("task"))).containsExactlyElementsOf(much);
    }

    @Test
    void newsThatFailLoseNothingOfWhatTheySetOff() {
        onTheLoop(() -> {
            try {
                executor.carry(() -> {
                    executor.execute(() -> done.add("task"));
                    throw new IllegalStateException("expected by this test");
                });
            } catch (IllegalStateException expected) {
                done.add("failed");
            }
        });
        onTheLoop(() -> {});

        assertThat(done).containsExactly("failed", "task");
    }

    @Test
    void newsAmongNewsAreCarriedByTheFirst() {
        onTheLoop(() -> executor.carry(() -> {
            executor.carry(() -> executor.execute(() -> done.add("set off")));
            done.add("first");
        }));

        assertThat(done).containsExactly("first", "set off");
    }

    private void onTheLoop(Runnable work) {
        soon(CompletableFuture.runAsync(work, loop.eventLoop()).thenApply(_ -> "done"));
    }
}
