package dev.reveille.protocol.frontend;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;
import org.apache.pekko.util.ByteString;

/**
 * A message from a client to a server. Immutable; text that holds a NUL cannot be encoded and throws
 * {@link IllegalArgumentException} when it is tried.
 */
public sealed interface FrontendMessage
        permits Bind,
                Close,
                CopyData,
                CopyDone,
                CopyFail,
                Describe,
                Execute,
                Flush,
                FunctionCall,
                Parse,
                PasswordMessage,
                Query,
                SaslInitialResponse,
                SaslResponse,
                Sync,
                Terminate {

    /**
     * Reads the message in this frame, except those with the tag {@code p}: which of the three such a frame holds
     * depends on what the server asked for, so read it by {@link PasswordMessage#decode},
     * {@link SaslInitialResponse#decode} or {@link SaslResponse#decode}.
     *
     * @throws ProtocolViolation for an unknown tag, the tag {@code p} or a malformed body
     */
    static FrontendMessage decode(Frame frame) {
        ByteString body = frame.body();
        return switch (frame.tag()) {
            case Bind.TAG -> Bind.decode(body);
            case Close.TAG -> Close.decode(body);
            case CopyData.TAG -> CopyData.decode(body);
            case CopyDone.TAG -> CopyDone.decode(body);
            case CopyFail.TAG -> CopyFail.decode(body);
            case Describe.TAG -> Describe.decode(body);
            case Execute.TAG -> Execute.decode(body);
            case Flush.TAG -> Flush.decode(body);
            case FunctionCall.TAG -> FunctionCall.decode(body);
            case Parse.TAG -> Parse.decode(body);
            case Query.TAG -> Query.decode(body);
            case Sync.TAG -> Sync.decode(body);
            case Terminate.TAG -> Terminate.decode(body);
            default -> throw new ProtocolViolation("frontend message", "tag " + Frame.tagText(frame.tag()));
        };
    }

    /** What tells this message from others on the wire. */
    byte tag();

    /** The bytes behind tag and length. */
    ByteString body();

    /** The message as a frame. */
    default Frame frame() {
        return new Frame(tag(), body());
    }

    /** The message as it travels. */
    default ByteString encode() {
        return frame().encode();
    }
}
