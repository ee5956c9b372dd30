package dev.reveille.gateway.compute;

import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.DialFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that no compute is stormed: so many connections to it may be in the making at a time, the next ones wait in
 * the order of their coming, and not for long. Any thread; a permit returned twice counts once.
 */
final class DialPermits {

    private final int concurrentMax;
    private final Duration patience;
    private final Map<ComputeAddress, Gate> gates = new HashMap<>();

    /** Holds what one compute's diallers wait for; gone when nobody dials. */
    private static final class Gate {
        private int inUse;
        private final ArrayDeque<CompletableFuture<Permit>> waiting = new ArrayDeque<>();
    }

    /** Leave to dial. To be returned whatever becomes of the dialling. */
    final class Permit {

        private final ComputeAddress address;
        private boolean returned;

        private Permit(ComputeAddress address) {
            this.address = address;
        }

        void giveBack() {
            CompletableFuture<Permit> next;
            synchronized (gates) {
                if (returned) {
                    return;
                }
                returned = true;
                next = release(address);
            }
            // Completed outside of the lock: who waits goes on from here.
            if (next != null && !next.complete(new Permit(address))) {
                new Permit(address).giveBack();
            }
        }
    }

    DialPermits(int concurrentMax, Duration patience) {
        this.concurrentMax = concurrentMax;
        this.patience = patience;
    }

    /** A permit for {@code address}. Fails with {@link DialFailure} when none became free in time. */
    CompletableFuture<Permit> acquire(ComputeAddress address) {
        CompletableFuture<Permit> place = new CompletableFuture<>();
        synchronized (gates) {
            Gate gate = gates.computeIfAbsent(address, _ -> new Gate());
            if (gate.inUse < concurrentMax) {
                gate.inUse++;
                return CompletableFuture.completedFuture(new Permit(address));
            }
            gate.waiting.add(place);
        }
        CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS)
                .execute(() -> {
                    if (place.completeExceptionally(
                            new DialFailure(DialFailure.Reason.NO_PERMIT, "too many connections in the making"))) {
                        withdraw(address, place);
                    }
                });
        return place;
    }

    private void withdraw(ComputeAddress address, CompletableFuture<Permit> place) {
        synchronized (gates) {
            Gate gate = gates.get(address);
            if (gate != null) {
                gate.waiting.remove(place);
            }
        }
    }

    /** The next in line, who takes over the place; null where nobody waits. */
    private CompletableFuture<Permit> release(ComputeAddress address) {
        Gate gate = gates.get(address);
        CompletableFuture<Permit> next = gate.waiting.poll();
        if (next == null && --gate.inUse == 0) {
            gates.remove(address);
        }
        return next;
    }
}
