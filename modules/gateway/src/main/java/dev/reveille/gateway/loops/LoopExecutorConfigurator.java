package dev.reveille.gateway.loops;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
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
        return loop::executor;
    }
}
