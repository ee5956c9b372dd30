package dev.reveille.gateway.loops;

import static dev.reveille.gateway.loops.TestLoops.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.reveille.session.relay.Link;
import dev.reveille.session.relay.Splice;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.Epoll;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which sockets can be spliced, when they may be joined, and what parts them without anybody's order. */
@Timeout(60)
class JoinedSocketsTest {

    private TestLoops loops;
    private Loop loop;
    private Wire client;
    private Wire compute;
    private Link clientLink;
    private Link computeLink;
    private Splice splice;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Epoll.isAvailable(), "sockets are spliced where there is epoll");
        loops = TestLoops.open(1, Transport.EPOLL);
        loop = loops.first();
        client = Wire.open(loops);
        compute = Wire.open(loops);
        clientLink = onTheLoop(() -> opened(loop.link(client.ours(), SocketSettings.DEFAULTS)));
        computeLink = onTheLoop(() -> opened(loop.link(compute.ours(), SocketSettings.DEFAULTS)));
        splice = onTheLoop(() -> clientLink.splice(computeLink, new Everything()))
                .orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        compute.close();
        loops.close();
    }

    @Test
    void joinedSocketsPassOnWhatArrives() throws IOException {
        // Given
        theLoopDoes(splice::join);

        // When
        compute.peer().getOutputStream().write(1);
        client.peer().getOutputStream().write(2);

        // Then
        assertThat(client.peer().getInputStream().read()).isEqualTo(1);
        assertThat(compute.peer().getInputStream().read()).isEqualTo(2);
    }

    @Test
    void partedSocketsKeepWhatArrives() throws IOException {
        // Given
        theLoopDoes(splice::join);
        theLoopDoes(splice::part);

        // When
        compute.peer().getOutputStream().write(1);

        // Then
        loops.eventually(() -> assertThat(onTheLoop(computeLink::take)).isEqualTo(bytes(1)));
    }

    @Test
    void whatIsHeldIsNotOvertaken() throws IOException {
        // Given
        compute.peer().getOutputStream().write(1);
        loops.settle(loop);

        // When
        theLoopDoes(splice::join);
        compute.peer().getOutputStream().write(2);
        loops.settle(loop);

        // Then
        assertThat(onTheLoop(computeLink::take)).isEqualTo(bytes(1, 2));
    }

    @Test
    void whatTheChannelReadsByItselfIsNotOvertaken() throws IOException {
        // Given
        theLoopDoes(splice::join);

        // When
        onTheLoop(() -> compute.ours().pipeline().fireChannelRead(Unpooled.wrappedBuffer(new byte[] {1})));
        compute.peer().getOutputStream().write(2);
        loops.settle(loop);

        // Then
        assertThat(onTheLoop(computeLink::take)).isEqualTo(bytes(1, 2));
    }

    @Test
    void whatWaitsToBeSentIsNotOvertaken() throws IOException {
        // Given
        ByteString much = ByteString.fromArray(new byte[4 * 1024 * 1024]);
        theLoopDoes(splice::join);
        theLoopDoes(() -> clientLink.send(much));

        // When
        compute.peer().getOutputStream().write(1);
        loops.settle(loop);

        // Then
        assertThat(onTheLoop(computeLink::take)).isEqualTo(bytes(1));
        assertThat(client.peer().getInputStream().readNBytes(much.size())).containsOnly(0);
    }

    @Test
    void whoseOtherEndIsGoneKeepsWhatArrives() throws IOException {
        // Given
        theLoopDoes(splice::join);
        theLoopDoes(computeLink::abort);

        // When
        client.peer().getOutputStream().write(1);

        // Then
        loops.eventually(() -> assertThat(onTheLoop(clientLink::take)).isEqualTo(bytes(1)));
    }

    @Test
    void whoseOtherEndIsToFinishKeepsWhatArrives() throws IOException {
        // Given
        theLoopDoes(splice::join);
        theLoopDoes(computeLink::close);

        // When
        client.peer().getOutputStream().write(1);

        // Then
        loops.eventually(() -> assertThat(onTheLoop(clientLink::take)).isEqualTo(bytes(1)));
    }

    @Test
    void aFailureWhileLookingEndsTheSessionItBefallsAndNoOther() throws IOException {
        try (Wire another = Wire.open(loops)) {
            // Given
            Link anotherLink = onTheLoop(() -> opened(loop.link(another.ours(), SocketSettings.DEFAULTS)));
            Splice failing = onTheLoop(() -> anotherLink.splice(computeLink, new Failing()))
                    .orElseThrow();
            theLoopDoes(failing::join);

            // When
            another.peer().getOutputStream().write(1);

            // Then
            loops.eventually(() -> assertThat(onTheLoop(anotherLink::condition)).isEqualTo(Link.Condition.FAILED));
            client.peer().getOutputStream().write(2);
            loops.eventually(() -> assertThat(onTheLoop(clientLink::take)).isEqualTo(bytes(2)));
        }
    }

    @Test
    void bytesAreNotWrittenToASocketThatWasShutAMomentBefore() throws IOException {
        try (Wire third = Wire.open(loops)) {
            // Given
            onTheLoop(() -> third.ours().pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    ReferenceCountUtil.release(message);
                    compute.ours().close(); // Its link hears of that behind all that was told together with this.
                }
            }));
            onTheLoop(() -> third.ours().config().setAutoRead(true));
            theLoopDoes(splice::join);

            // When
            onTheLoop(() -> {
                try {
                    third.peer().getOutputStream().write(1);
                    client.peer().getOutputStream().write(2);
                    return true;
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });

            // Then
            loops.eventually(() -> assertThat(onTheLoop(clientLink::take)).isEqualTo(bytes(2)));
        }
    }

    @Test
    void socketsOfTwoLoopsAreNotSpliced() throws IOException {
        try (TestLoops others = TestLoops.open(1, Transport.EPOLL);
                Wire elsewhere = Wire.open(others)) {
            // Given
            Loop other = others.first();
            Link foreign = soon(CompletableFuture.supplyAsync(
                    () -> opened(other.link(elsewhere.ours(), SocketSettings.DEFAULTS)), other.eventLoop()));

            // Then
            assertThat(onTheLoop(() -> clientLink.splice(foreign, new Everything())))
                    .isEmpty();
        }
    }

    @Test
    void socketsWithSomethingInBetweenSuchAsTlsAreNotSpliced() {
        // Given
        onTheLoop(() -> compute.ours().pipeline().addFirst(new ChannelInboundHandlerAdapter()));

        // Then
        assertThat(onTheLoop(() -> clientLink.splice(computeLink, new Everything())))
                .isEmpty();
    }

    private void theLoopDoes(Runnable work) {
        soon(CompletableFuture.runAsync(work, loop.eventLoop()));
    }

    private <T> T onTheLoop(Supplier<T> work) {
        return soon(CompletableFuture.supplyAsync(work, loop.eventLoop()));
    }

    private static Link opened(Link link) {
        link.open(() -> {});
        return link;
    }

    private static ByteString bytes(int... values) {
        return ByteString.fromInts(values);
    }

    /** Lets everything pass. */
    private static class Everything implements Splice.Onlooker {

        @Override
        public boolean toCompute(ByteBuffer bytes) {
            return true;
        }

        @Override
        public boolean toClient(ByteBuffer bytes) {
            return true;
        }

        @Override
        public void keptFromCompute(ByteString bytes) {
            throw new AssertionError("nothing is kept");
        }

        @Override
        public void keptFromClient(ByteString bytes) {
            throw new AssertionError("nothing is kept");
        }
    }

    private static final class Failing extends Everything {

        @Override
        public boolean toCompute(ByteBuffer bytes) {
            throw new IllegalStateException("for this test");
        }
    }
}
