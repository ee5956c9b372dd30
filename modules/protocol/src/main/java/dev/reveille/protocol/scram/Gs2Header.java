package dev.reveille.protocol.scram;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/** What a client says about channel binding in front of its first message (RFC 5802 §7, gs2-header). */
sealed interface Gs2Header {

    /** The type of channel binding that we speak. */
    String END_POINT = "tls-server-end-point";

    /** The client cannot bind. */
    record Impossible() implements Gs2Header {}

    /** The client can bind, and believes that the server cannot. */
    record NotOffered() implements Gs2Header {}

    /** The client binds in this way. */
    record Bound(String name) implements Gs2Header {}

    /** The header for what this side can do, given whether the other side offered to bind. */
    static Gs2Header of(ChannelBinding binding, boolean plusOffered) {
        return switch (binding) {
            case ChannelBinding.Unavailable() -> new Impossible();
            case ChannelBinding.EndPoint _ -> plusOffered ? new Bound(END_POINT) : new NotOffered();
        };
    }

    /** The header as it is written, without an authorization identity. */
    default String text() {
        return switch (this) {
            case Impossible() -> "n,,";
            case NotOffered() -> "y,,";
            case Bound(String name) -> "p=" + name + ",,";
        };
    }

    /** The value of attribute {@code c} in the client's last message: this header and, where bound, what it is bound to. */
    default String channelAttribute(ChannelBinding binding) {
        ByteString header = ByteString.fromString(text(), StandardCharsets.US_ASCII);
        ByteString data = switch (binding) {
            case ChannelBinding.EndPoint(ByteString digest) when this instanceof Bound -> header.concat(digest);
            case ChannelBinding.EndPoint _, ChannelBinding.Unavailable _ -> header;
        };
        return StrictBase64.encode(data.toArray());
    }
}
