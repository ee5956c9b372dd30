package dev.reveille.session.relay;

import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Bind;
import dev.reveille.protocol.frontend.Execute;
import dev.reveille.protocol.frontend.FrontendMessage;
import dev.reveille.protocol.frontend.Parse;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;

/** What client and compute say in the stories of {@link Traffic}. */
abstract class TrafficStory {

    static final DataRow ROW = new DataRow(List.of(Optional.of(ByteString.fromString("a value"))));
    static final ReadyForQuery READY = new ReadyForQuery(TransactionStatus.IDLE);

    static final ErrorResponse ERROR = new ErrorResponse(ErrorFields.of("ERROR", "22P02", "no number"));
    static final Parse PARSE = new Parse("", "select 1", List.of());
    static final Bind BIND = new Bind("", "", List.of(), List.of(), List.of());
    static final Execute EXECUTE = new Execute("", 0);

    final Traffic traffic = new Traffic();

    /** Says all of it in one chunk. */
    final void client(FrontendMessage... messages) {
        traffic.toCompute(bytes(messages));
    }

    /** Says each in a chunk of its own. */
    final void compute(BackendMessage... messages) {
        for (BackendMessage message : messages) {
            traffic.toClient(message.encode());
        }
    }

    static ByteString bytes(FrontendMessage... messages) {
        return Stream.of(messages)
                .map(FrontendMessage::encode)
                .reduce(ByteString.emptyByteString(), ByteString::concat);
    }

    static List<ByteString> pieces(ByteString whole, int size) {
        return IntStream.iterate(0, at -> at < whole.size(), at -> at + size)
                .mapToObj(at -> whole.slice(at, Math.min(whole.size(), at + size)))
                .toList();
    }

    /** Also with a length that no message has. */
    static ByteString header(byte tag, int length) {
        return ByteString.fromArray(
                new byte[] {tag, (byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8), (byte) length});
    }
}
