package dev.reveille.protocol.backend;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;
import org.apache.pekko.util.ByteString;

/**
 * A message from a server to a client. Immutable; text that holds a NUL cannot be encoded and throws
 * {@link IllegalArgumentException} when it is tried.
 */
public sealed interface BackendMessage
        permits AuthenticationMessage,
                BackendKeyData,
                BindComplete,
                CloseComplete,
                CommandComplete,
                CopyBothResponse,
                CopyData,
                CopyDone,
                CopyInResponse,
                CopyOutResponse,
                DataRow,
                EmptyQueryResponse,
                ErrorResponse,
                FunctionCallResponse,
                NegotiateProtocolVersion,
                NoData,
                NoticeResponse,
                NotificationResponse,
                ParameterDescription,
                ParameterStatus,
                ParseComplete,
                PortalSuspended,
                ReadyForQuery,
                RowDescription {

    /**
     * Reads the message in this frame.
     *
     * @throws ProtocolViolation for an unknown tag or a malformed body
     */
    static BackendMessage decode(Frame frame) {
        ByteString body = frame.body();
        return switch (frame.tag()) {
            case AuthenticationMessage.TAG -> AuthenticationMessage.decode(body);
            case BackendKeyData.TAG -> BackendKeyData.decode(body);
            case BindComplete.TAG -> BindComplete.decode(body);
            case CloseComplete.TAG -> CloseComplete.decode(body);
            case CommandComplete.TAG -> CommandComplete.decode(body);
            case CopyBothResponse.TAG -> CopyBothResponse.decode(body);
            case CopyData.TAG -> CopyData.decode(body);
            case CopyDone.TAG -> CopyDone.decode(body);
            case CopyInResponse.TAG -> CopyInResponse.decode(body);
            case CopyOutResponse.TAG -> CopyOutResponse.decode(body);
            case DataRow.TAG -> DataRow.decode(body);
            case EmptyQueryResponse.TAG -> EmptyQueryResponse.decode(body);
            case ErrorResponse.TAG -> ErrorResponse.decode(body);
            case FunctionCallResponse.TAG -> FunctionCallResponse.decode(body);
            case NegotiateProtocolVersion.TAG -> NegotiateProtocolVersion.decode(body);
            case NoData.TAG -> NoData.decode(body);
            case NoticeResponse.TAG -> NoticeResponse.decode(body);
            case NotificationResponse.TAG -> NotificationResponse.decode(body);
            case ParameterDescription.TAG -> ParameterDescription.decode(body);
            case ParameterStatus.TAG -> ParameterStatus.decode(body);
            case ParseComplete.TAG -> ParseComplete.decode(body);
            case PortalSuspended.TAG -> PortalSuspended.decode(body);
            case ReadyForQuery.TAG -> ReadyForQuery.decode(body);
            case RowDescription.TAG -> RowDescription.decode(body);
            default -> throw new ProtocolViolation("backend message", "tag " + Frame.tagText(frame.tag()));
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
