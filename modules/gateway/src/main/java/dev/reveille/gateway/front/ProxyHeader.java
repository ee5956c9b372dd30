package dev.reveille.gateway.front;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Takes in the decoded PROXY header; the client's own bytes, which the decoder passes on after it, go straight through.
 * Stricter than the reference in one point: a header whose last value is cut short is refused.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {

    private final Arrival arrival;

    ProxyHeader(Arrival arrival) {
        this.arrival = arrival;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HAProxyMessage header) {
            try {
                hear(header);
            } finally {
                header.release();
            }
            context.pipeline().remove(this);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void hear(HAProxyMessage header) {
        if (header.command() == HAProxyCommand.LOCAL) {
            arrival.dismiss("the load balancer's health check");
            return;
        }
        AddressFamily family = header.proxiedProtocol().addressFamily();
        if (family != AddressFamily.AF_IPv4 && family != AddressFamily.AF_IPv6) {
            arrival.refuse("PROXY header without a client address");
            return;
        }
        Optional<InetAddress> source = address(header.sourceAddress());
        if (source.isEmpty()) {
            arrival.refuse("PROXY header with an unreadable client address");
            return;
        }
        arrival.introduced(new InetSocketAddress(source.get(), header.sourcePort()), PrivateLink.id(header.tlvs()));
    }

    private static Optional<InetAddress> address(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException _) {
            return Optional.empty();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        arrival.refuse("bad PROXY header");
    }
}
