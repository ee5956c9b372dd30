package dev.reveille.session.relay;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import org.apache.pekko.util.ByteString;

/** What a client hears when a relay ends by somebody else's doing; codes of PostgreSQL's appendix A. */
final class LastWords {

    /** The compute's connection ended in mid-session without a word. */
    static final ByteString COMPUTE_GONE = new ErrorResponse(
                    ErrorFields.of("FATAL", "08006", "the connection to the database server was lost")
                            .withHint("The server may have crashed or been stopped; connect again."))
            .encode();

    /** The client sent a length that no message has; nothing after it can be made sense of. */
    static final ByteString CLIENT_BABBLED =
            new ErrorResponse(ErrorFields.of("FATAL", "08P01", "invalid message length")).encode();

    /** The compute sent a length that no message has; nothing after it can be made sense of. */
    static final ByteString COMPUTE_BABBLED = new ErrorResponse(
                    ErrorFields.of("FATAL", "08P01", "the database server sent a message of an invalid length")
                            .withHint("Connect again; if it happens again, look into the server's log."))
            .encode();

    private LastWords() {}
}
