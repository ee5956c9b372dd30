package dev.reveille.session.fakes;

import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.session.compute.ComputeUsage;
import java.util.ArrayList;
import java.util.List;

/** Writes down which computes were used. */
public final class RecordedUsage implements ComputeUsage {

    private final List<String> book = new ArrayList<>();

    @Override
    public synchronized void began(EndpointKey key) {
        book.add("began " + key);
    }

    @Override
    public synchronized void ended(EndpointKey key) {
        book.add("ended " + key);
    }

    public synchronized List<String> book() {
        return List.copyOf(book);
    }
}
