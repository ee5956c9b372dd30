package dev.reveille.session.kept;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.ParameterStatus;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * What a compute has said of its parameters on one connection, as the ParameterStatus messages that a client has to hear
 * (PostgreSQL manual, 54.2.7). They seldom change, so they are kept as bytes. A value.
 *
 * @param messages one for each parameter, in the order in which they were first heard
 */
public record ParameterValues(ByteString messages) {

    /** Nothing has been said. */
    public static final ParameterValues NONE = new ParameterValues(ByteString.emptyByteString());

    /** What all of them may take, and so each; a usual compute says some five hundred bytes. */
    public static final int LENGTH_MAX = 64 * 1024;

    /**
     * These values and another one.
     *
     * @param body of the ParameterStatus that was heard
     * @return nothing where it makes no sense, or is more than can be kept
     */
    public Optional<ParameterValues> with(ByteString body) {
        String name;
        try {
            name = ParameterStatus.decode(body).name();
        } catch (ProtocolViolation malformed) {
            return Optional.empty();
        }
        ByteString heard = new Frame(ParameterStatus.TAG, body).encode();
        ByteString changed = replaced(name, heard);
        return changed.size() > LENGTH_MAX ? Optional.empty() : Optional.of(new ParameterValues(changed.compact()));
    }

    private ByteString replaced(String name, ByteString heard) {
        ByteString before = ByteString.emptyByteString();
        ByteString rest = messages;
        while (Frame.next(rest, LENGTH_MAX) instanceof Decoded.Complete<Frame>(Frame frame, ByteString behind)) {
            if (ParameterStatus.decode(frame.body()).name().equals(name)) {
                return before.concat(heard).concat(behind);
            }
            before = before.concat(rest.take(rest.size() - behind.size()));
            rest = behind;
        }
        return messages.concat(heard);
    }
}
