package dev.reveille.journeys.cluster;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What became of the queries and cancel requests of a load. Any thread. */
final class Tally {

    /** Queries that were to be cancelled, and were. */
    final AtomicInteger cancelled = new AtomicInteger();

    /** Queries that were to be left alone, and came to their end. */
    final AtomicInteger leftAlone = new AtomicInteger();

    /** Sessions that were ended because their node leaves, in whatever they were at. */
    final AtomicInteger sentAway = new AtomicInteger();

    /** Connections that were refused because nobody was there any more: the client sees that, and tries another. */
    final AtomicInteger refused = new AtomicInteger();

    /** Connections that were taken and broken by a node that ends: the client sees that, and tries another. */
    final AtomicInteger broken = new AtomicInteger();

    /** Cancel requests that a node took without saying anything, and whose query went on. */
    final List<String> lost = new CopyOnWriteArrayList<>();

    /** Queries that were cancelled though nobody had asked for it. */
    final List<String> wrong = new CopyOnWriteArrayList<>();

    /** What should never happen in a load. */
    final List<Throwable> surprises = new CopyOnWriteArrayList<>();

    @Override
    public String toString() {
        return "cancelled %s, left alone %s, sent away %s, refused %s, broken %s, lost %s, wrong %s, surprises %s"
                .formatted(cancelled, leftAlone, sentAway, refused, broken, lost, wrong, surprises);
    }
}
