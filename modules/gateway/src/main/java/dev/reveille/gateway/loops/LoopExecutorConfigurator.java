package dev.reveille.gateway.loops;

import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/** Gives a Pekko dispatcher the thread of one {@link Loop}. Pekko makes it by reflection, for {@link Loops#dispatchers}. */
public final class LoopExecutorConfigurator extends ExecutorServiceConfigurator {

    private final Loop loop;

    public LoopExecutorConfigurator(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        Loops loops = prerequisites
                .settings()
                .setup()
                .get(LoopsSetup.class)
                .orElseThrow(() -> new IllegalStateException("the actor system was started without LoopsSetup"))
                .loops();
        this.loop = loops.all().get(config.getInt("loop"));
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threadFactory) {
        return () -> new LoopExecutor(loop);
    }

    /** The loop as an executor whose life is not the dispatcher's to end: sockets may outlive the last actor. */
    private static final class LoopExecutor extends AbstractExecutorService {

        private final ExecutorService executor;

        LoopExecutor(Loop loop) {
            this.executor = loop.eventLoop();
        }

        @Override
        public void execute(Runnable task) {
            executor.execute(task);
        }

        @Override
        public void shutdown() {
            // The owner of the loops closes them.
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return executor.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return executor.isTerminated();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
