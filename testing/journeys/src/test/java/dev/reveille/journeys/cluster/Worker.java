package dev.reveille.journeys.cluster;

import dev.reveille.journeys.clients.Destination;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * A user of a fleet who never rests: a query that is cancelled through any node, then one that nobody may cancel, and so
 * on. Each query has its number. Where its session is ended it begins another at another node, as an application does.
 */
final class Worker implements Runnable {

    /** A query whose cancel was lost ends by itself in time to be counted. */
    private static final int LOST_AFTER_SECONDS = 6;

    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Fleet fleet;
    private final AtomicBoolean over;
    private final Tally tally;
    private final RandomGenerator random;

    Worker(Fleet fleet, AtomicBoolean over, Tally tally, long seed) {
        this.fleet = fleet;
        this.over = over;
        this.tally = tally;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public void run() {
        while (!over.get()) {
            FleetNode home = any();
            try (Visitor visitor = Visitor.at(home.door())) {
                while (!over.get()) {
                    cancelledQuery(visitor, home);
                    untouchedQuery(visitor, home);
                }
            } catch (Visitor.SessionEnded _) {
                tally.sentAway.incrementAndGet();
            } catch (ConnectException _) {
                tally.refused.incrementAndGet();
            } catch (IOException _) {
                tally.broken.incrementAndGet();
            } catch (RuntimeException | AssertionError surprise) {
                tally.surprises.add(surprise);
                return;
            }
        }
    }

    private void cancelledQuery(Visitor visitor, FleetNode home) throws IOException {
        int number = NUMBERS.incrementAndGet();
        visitor.begin(number, LOST_AFTER_SECONDS);
        int through = cancel(visitor);
        Optional<String> failure = visitor.end();
        if (failure.filter(Visitor.CANCELLED::equals).isPresent()) {
            tally.cancelled.incrementAndGet();
        } else {
            tally.lost.add("query %d at node %d, cancel through node %d: %s"
                    .formatted(number, home.number(), through, failure));
        }
    }

    private void untouchedQuery(Visitor visitor, FleetNode home) throws IOException {
        int number = NUMBERS.incrementAndGet();
        Optional<String> failure = visitor.run("select /* %d */ pg_sleep(0.02)".formatted(number));
        if (failure.isEmpty()) {
            tally.leftAlone.incrementAndGet();
        } else {
            tally.wrong.add("query %d at node %d: %s".formatted(number, home.number(), failure));
        }
    }

    /** Through whichever node takes it. */
    private int cancel(Visitor visitor) throws IOException {
        while (true) {
            FleetNode node = any();
            Destination door = node.door();
            try {
                Visitor.cancel(visitor.key(), door);
                return node.number();
            } catch (ConnectException _) {
                tally.refused.incrementAndGet();
            } catch (SocketException _) {
                tally.broken.incrementAndGet();
            }
        }
    }

    private FleetNode any() {
        List<FleetNode> nodes = fleet.nodes();
        return nodes.get(random.nextInt(nodes.size()));
    }
}
