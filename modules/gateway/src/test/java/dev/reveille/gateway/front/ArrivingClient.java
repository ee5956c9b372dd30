package dev.reveille.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** A client at the door without sockets and clocks: what it says, what it hears, and how it ends. */
final class ArrivingClient implements AutoCloseable {

    static final byte[] SSL_REQUEST = HexFormat.of().parseHex("0000000804d2162f");
    static final byte[] GSSENC_REQUEST = HexFormat.of().parseHex("0000000804d21630");
    static final byte[] STARTUP = HexFormat.of().parseHex("0000000e00030000757365720000");

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("192.0.2.7", 50_123);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(FrontDoor.class);
    private final List<Admitted> admitted = new ArrayList<>();
    private final EmbeddedChannel channel;

    /** A channel that knows where its client is. */
    private static final class AddressedChannel extends EmbeddedChannel {
        @Override
        protected SocketAddress remoteAddress0() {
            return ADDRESS;
        }
    }

    ArrivingClient(FrontDoorSettings settings) {
        log.start();
        logger.addAppender(log);
        channel = new AddressedChannel();
        channel.freezeTime();
        FrontDoor.install(channel, settings, System.nanoTime(), admitted::add);
    }

    void says(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
    }

    /** Several reads before the end of reading is told. */
    void saysInOneRead(byte[]... parts) {
        Object[] messages = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            messages[i] = Unpooled.copiedBuffer(parts[i]);
        }
        channel.writeInbound(messages);
    }

    void saysBytewise(byte[] bytes) {
        for (byte one : bytes) {
            says(new byte[] {one});
        }
    }

    void leaves() {
        channel.close();
    }

    void waits(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    byte[] hears() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            all.writeBytes(bytes);
            bytes.release();
        }
        byte[] heard = new byte[all.readableBytes()];
        all.readBytes(heard);
        return heard;
    }

    String hearsText() {
        return new String(hears(), StandardCharsets.ISO_8859_1);
    }

    EmbeddedChannel channel() {
        return channel;
    }

    Admitted admission() {
        assertThat(admitted).as("admissions").hasSize(1);
        return admitted.getFirst();
    }

    void isStillWaiting() {
        assertThat(admitted).as("admissions").isEmpty();
        assertThat(channel.isActive()).as("connected").isTrue();
    }

    /** Closed, admitted nowhere, and one line in the log, without a byte of what the client said. */
    void isTurnedAwayBecause(String reason) {
        assertThat(admitted).as("admissions").isEmpty();
        assertThat(channel.isActive()).as("connected").isFalse();
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .singleElement()
                .asString()
                .contains(reason);
        assertThat(log.list.getFirst().getKeyValuePairs())
                .extracting(pair -> pair.key)
                .containsExactly("session", "client");
    }

    @Override
    public void close() {
        logger.detachAppender(log);
        channel.finishAndReleaseAll();
    }
}
