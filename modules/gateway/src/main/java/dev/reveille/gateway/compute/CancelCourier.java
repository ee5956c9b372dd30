package dev.reveille.gateway.compute;

import dev.reveille.cancellation.CancelDelivery;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.startup.CancelRequest;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeTls;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.util.ByteString;

/**
 * Brings cancel requests to computes, from one loop: secured as the session was, never less. PostgreSQL answers by
 * closing the connection once it has passed the interrupt on, so that is waited for.
 */
final class CancelCourier implements CancelDelivery {

    private final ComputeConnector connector;
    private final Duration patience;

    CancelCourier(ComputeConnector connector, Duration patience) {
        this.connector = connector;
        this.patience = patience;
    }

    @Override
    public CompletionStage<Done> deliver(CancelTarget target) {
        ComputeTls.Mode mode = switch (target.security()) {
            case CLEAR -> ComputeTls.Mode.DISABLE;
            case TLS -> ComputeTls.Mode.REQUIRE;
            case TLS_VERIFIED -> ComputeTls.Mode.VERIFY_FULL;
        };
        ComputeTls tls = new ComputeTls(mode, Optional.of(target.hostname()));
        ComputeAddress address = new ComputeAddress(
                target.address().getAddress().getHostAddress(), target.address().getPort());
        ByteString request = new CancelRequest(target.processId(), target.secretKey()).encode();
        CompletableFuture<Done> delivered = new CompletableFuture<>();
        connector.connect(List.of(target.address().getAddress()), address, tls).whenComplete((connected, failure) -> {
            if (failure != null) {
                delivered.completeExceptionally(failure);
            } else if (delivered.isDone()) {
                connected.channel().close(); // Nobody waits any more, so it might hit a later query.
            } else {
                send(connected.channel(), request, delivered);
            }
        });
        return delivered.completeOnTimeout(Done.getInstance(), patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void send(SocketChannel channel, ByteString request, CompletableFuture<Done> delivered) {
        channel.pipeline().addLast(new AwaitClose(delivered));
        channel.closeFuture().addListener(_ -> delivered.complete(Done.getInstance())); // It may be closed already.
        channel.writeAndFlush(Unpooled.wrappedBuffer(request.toArrayUnsafe()));
        channel.config().setAutoRead(true);
        channel.eventLoop().schedule(() -> channel.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The compute says nothing; its hanging up is the answer. */
    private static final class AwaitClose extends ChannelInboundHandlerAdapter {

        private final CompletableFuture<Done> delivered;

        AwaitClose(CompletableFuture<Done> delivered) {
            this.delivered = delivered;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                ctx.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            delivered.complete(Done.getInstance());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
