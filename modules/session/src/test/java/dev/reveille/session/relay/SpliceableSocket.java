package dev.reveille.session.relay;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.util.ByteString;

/** What a wire takes for its client's socket: it only tells whether it is joined to the compute's. */
final class SpliceableSocket implements Link {

    private final AtomicBoolean joined = new AtomicBoolean();
    private volatile Optional<Splice.Onlooker> onlooker = Optional.empty();

    boolean joined() {
        return joined.get();
    }

    /** Who sees what passes. */
    Splice.Onlooker onlooker() {
        return onlooker.orElseThrow();
    }

    @Override
    public Optional<Splice> splice(Link compute, Splice.Onlooker sees) {
        onlooker = Optional.of(sees);
        return Optional.of(new Splice() {
            @Override
            public void join() {
                joined.set(true);
            }

            @Override
            public void part() {
                joined.set(false);
            }
        });
    }

    @Override
    public void open(Runnable changed) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ByteString take() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Condition condition() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean ready() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void send(ByteString bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void finishSending() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abort() {
        throw new UnsupportedOperationException();
    }
}
