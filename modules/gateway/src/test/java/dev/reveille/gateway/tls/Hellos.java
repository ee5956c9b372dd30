package dev.reveille.gateway.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** First messages of TLS clients: real ones, as the JDK sends them, and made ones. */
final class Hellos {

    static final int ECDSA_P256 = 0x0403;
    static final int RSA_PSS = 0x0804;
    static final int TLS_1_3 = 0x0304;
    static final int ECDHE_ECDSA_AES_128 = 0xC02B;
    static final int ECDHE_RSA_AES_128 = 0xC02F;

    private Hellos() {}

    /** The bytes of a modern client's first flight. */
    static ByteBuf bytes(String serverName, String... applicationProtocols) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            parameters.setApplicationProtocols(applicationProtocols);
            engine.setSSLParameters(parameters);
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            return Unpooled.wrappedBuffer(out.flip());
        } catch (GeneralSecurityException | SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A client of TLS 1.3 that knows every usual signature. */
    static ClientHello modern(String serverName) {
        return new ClientHello(
                ServerName.parse(serverName),
                List.of(0x1301),
                List.of(ECDSA_P256, RSA_PSS),
                List.of(TLS_1_3),
                List.of());
    }

    /** A client of TLS 1.3 that knows these signatures only. */
    static ClientHello knowing(String serverName, int... signatures) {
        return new ClientHello(
                ServerName.parse(serverName),
                List.of(0x1301),
                Arrays.stream(signatures).boxed().toList(),
                List.of(TLS_1_3),
                List.of());
    }

    /** A client that ends at TLS 1.2. */
    static ClientHello old(String serverName, int cipherSuite) {
        return new ClientHello(
                ServerName.parse(serverName), List.of(cipherSuite), List.of(ECDSA_P256, RSA_PSS), List.of(), List.of());
    }

    /** A client that names no server. */
    static ClientHello nameless() {
        return new ClientHello(
                Optional.empty(), List.of(0x1301), List.of(ECDSA_P256, RSA_PSS), List.of(TLS_1_3), List.of());
    }
}
