package dev.reveille.gateway.loops;

import org.apache.pekko.actor.setup.Setup;

/** Carries the loops into an actor system, where its dispatchers find them. */
public final class LoopsSetup extends Setup {

    private final Loops loops;

    public LoopsSetup(Loops loops) {
        this.loops = loops;
    }

    Loops loops() {
        return loops;
    }
}
