package dev.reveille.gateway.front;

import dev.reveille.session.ClientConnection;
import io.netty.channel.Channel;
import org.apache.pekko.util.ByteString;

/**
 * A client whose connection carries plain text now.
 *
 * <p>The channel's auto-read is off and no read is under way: it delivers nothing until somebody asks. Whoever takes it
 * over may do so later than the callback; it adds its handler at the end of the pipeline, on the channel's loop, and
 * then asks to read or switches auto-read on.
 *
 * @param firstBytes what was read already and belongs to PostgreSQL's protocol, before anything the channel delivers;
 *     may be empty
 */
public record Admitted(Channel channel, ClientConnection connection, ByteString firstBytes) {

    /** The first bytes may hold a password. */
    @Override
    public String toString() {
        return "Admitted[%s, %s, %d bytes]".formatted(channel, connection, firstBytes.size());
    }
}
