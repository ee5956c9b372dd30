package dev.reveille.gateway.loops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pipes stand for sockets: what is watched is a file descriptor, whatever is behind it. */
class LastingEpollTest {

    /** A number may be taken by another thread of this process in between; then the scene is set again. */
    private static final int ATTEMPTS = 100;

    private MultiThreadIoEventLoopGroup group;
    private IoEventLoop loop;

    @BeforeEach
    void open() {
        assumeTrue(Transport.best() == Transport.EPOLL, "epoll is Linux's");
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("lasting-epoll", true), Transport.EPOLL.ioHandlers((_, _) -> {}));
        loop = group.next();
    }

    @AfterEach
    void close() {
        if (group != null) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5_000);
        }
    }

    @Test
    void whoeverGetsTheNumberOfAFormerSocketHearsNothingThatWasMeantForThatOne() throws Exception {
        // Given two of which the loop hears in one turn; what the first sets off closes the second and opens a third,
        // which gets its number and has nothing to read
        Reader third = attempt();
        for (int i = 1; third == null && i < ATTEMPTS; i++) {
            third = attempt();
        }
        assertThat(third).as("a descriptor with the number of the former one").isNotNull();

        // Then the third has heard nothing, until there is something for it
        Reader quiet = third;
        onLoop(() -> assertThat(quiet.heard).isEmpty());
        quiet.sendToIt();
        assertThat(quiet.first.get(5, TimeUnit.SECONDS)).isNotNull();
        onLoop(() -> assertThat(quiet.heard).hasSize(1));
    }

    /** The third, when the loop is through with the turn; null where it did not get the number. */
    private Reader attempt() throws Exception {
        CompletableFuture<Optional<Reader>> made = new CompletableFuture<>();
        List<Reader> pair = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            pair.add(new Reader(self -> {
                if (!made.isDone()) {
                    Reader other = pair.get(pair.indexOf(self) == 0 ? 1 : 0);
                    int number = other.fd().intValue();
                    other.end();
                    Reader successor = new Reader(_ -> {});
                    made.complete(successor.fd().intValue() == number ? Optional.of(successor) : Optional.empty());
                    if (successor.fd().intValue() == number) {
                        successor.watch();
                    }
                }
                self.end();
            }));
        }
        for (Reader reader : pair) {
            reader.sendToIt();
        }
        onLoop(() -> pair.forEach(Reader::watch)); // Both in one task, so that one turn tells of both.
        return made.get(5, TimeUnit.SECONDS).orElse(null);
    }

    private void onLoop(Runnable work) throws Exception {
        loop.submit(work).get(5, TimeUnit.SECONDS);
    }

    /** The reading end of a pipe. */
    private final class Reader implements EpollIoHandle {

        private final FileDescriptor[] ends;
        private final Consumer<Reader> onEvent;
        private final List<IoEvent> heard = new CopyOnWriteArrayList<>();
        private final CompletableFuture<IoEvent> first = new CompletableFuture<>();
        private IoRegistration registration;

        Reader(Consumer<Reader> onEvent) {
            this.onEvent = onEvent;
            try {
                this.ends = FileDescriptor.pipe();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        void sendToIt() throws IOException {
            ByteBuffer one = ByteBuffer.allocateDirect(1);
            ends[1].write(one, 0, 1);
        }

        void watch() {
            // On the loop this is done at once.
            registration = loop.register(this).getNow();
            registration.submit(EpollIoOps.EPOLLIN);
        }

        void end() {
            registration.cancel();
            try {
                ends[0].close();
                ends[1].close();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public void handle(IoRegistration told, IoEvent event) {
            heard.add(event);
            registration.submit(EpollIoOps.EPOLLET); // Once is enough.
            onEvent.accept(this);
            first.complete(event);
        }

        @Override
        public FileDescriptor fd() {
            return ends[0];
        }

        @Override
        public void close() {
            end();
        }
    }
}
