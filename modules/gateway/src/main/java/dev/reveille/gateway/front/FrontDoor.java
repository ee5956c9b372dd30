package dev.reveille.gateway.front;

import dev.reveille.session.ClientConnection.Door;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Receives one client on a freshly accepted channel.
 *
 * <pre>
 *   PROXY header ──▶ encryption? ──SSLRequest, ClientHello──▶ TLS handshake ──▶ admitted
 *   (when required)      │                                                        ▲
 *                        └── anything else ───────────────────────────────────────┘
 * </pre>
 *
 * Whoever breaks a rule, or is not through when the login timeout ends, is closed without a word; HTTP gets one line
 * that says what this port is. Each refusal is one line in the log. Runs on the channel's loop; nothing waits.
 *
 * <p>Source: PostgreSQL manual, 54.2.11 and 54.2.12; spec 01 §3, §4, §16.
 */
public final class FrontDoor {

    static final String PROXY_DECODER = "front-proxy-decoder";
    static final String PROXY_HEADER = "front-proxy-header";
    static final String NEGOTIATION = "front-negotiation";
    static final String READ_GATE = "front-read-gate";
    static final String TLS = "tls";
    static final String HANDSHAKE = "front-handshake";

    /** Bytes of the type-length-values in a PROXY header; load balancers send some dozens. */
    static final int PROXY_VALUES_LENGTH_MAX = 4_096;

    private FrontDoor() {}

    /**
     * Puts the phase at the end of the channel's pipeline. Call it on the channel's loop, at best from a channel
     * initialiser. It takes over reading: auto-read is switched off.
     *
     * @param acceptedAtNanos {@link System#nanoTime} at the accept; the login timeout counts from here
     * @param onAdmitted is told once on the channel's loop, unless the client is refused or leaves
     */
    public static void install(
            Channel channel, FrontDoorSettings settings, long acceptedAtNanos, Consumer<Admitted> onAdmitted) {
        receive(channel, settings, Door.TCP, acceptedAtNanos, onAdmitted, Negotiation::new);
    }

    /**
     * The same for the port that speaks HTTP: no questions about encryption, the first byte tells.
     *
     * @param plain whether clear text is served
     */
    public static void installForWeb(
            Channel channel,
            FrontDoorSettings settings,
            boolean plain,
            long acceptedAtNanos,
            Consumer<Admitted> onAdmitted) {
        receive(channel, settings, Door.HTTP, acceptedAtNanos, onAdmitted, arrival -> new WebWords(arrival, plain));
    }

    private static void receive(
            Channel channel,
            FrontDoorSettings settings,
            Door door,
            long acceptedAtNanos,
            Consumer<Admitted> onAdmitted,
            Function<Arrival, FirstWords> port) {
        channel.config().setAutoRead(false);
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
            channel.close(); // Gone before anybody looked.
            return;
        }
        Arrival arrival = new Arrival(channel, settings, door, acceptedAtNanos, peer, onAdmitted);
        arrival.startClock();
        ChannelPipeline pipeline = channel.pipeline();
        switch (settings.proxyProtocol()) {
            case ProxyProtocol.Off _ -> {}
            case ProxyProtocol.Required required -> {
                if (!required.trusts(peer.getAddress())) {
                    arrival.refuse("PROXY header expected, and the source is not trusted");
                    return;
                }
                pipeline.addLast(PROXY_DECODER, new HAProxyMessageDecoder(PROXY_VALUES_LENGTH_MAX));
                pipeline.addLast(PROXY_HEADER, new ProxyHeader(arrival));
            }
        }
        pipeline.addLast(NEGOTIATION, port.apply(arrival));
    }
}
