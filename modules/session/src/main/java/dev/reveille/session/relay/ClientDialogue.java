package dev.reveille.session.relay;

import dev.reveille.protocol.Decoded;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.startup.StartupPacket;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * What a client says before the relay: held until the session asks for it, and handed over one packet or message at a time.
 * Used in the wire's turn only.
 */
final class ClientDialogue {

    /** Bytes that may wait for the session to ask for them. */
    private static final int HELD_MAX = 64 * 1024;

    /** Not listening. */
    private static final int DEAF = -1;

    private static final ByteString NOTHING = ByteString.emptyByteString();

    private ByteString held = NOTHING;
    private int startupMax = DEAF;
    private int messageMax = DEAF;

    /** Asks for a start-up packet of at most so many bytes after its first eight. */
    void askForStartup(int bodyLengthMax) {
        startupMax = bodyLengthMax;
    }

    /** Asks for a message with a body of at most so many bytes. */
    void askForMessage(int bodyLengthMax) {
        messageMax = bodyLengthMax;
    }

    /** More bytes came. */
    void add(ByteString chunk) {
        held = held.isEmpty() ? chunk : held.concat(chunk);
    }

    /** What was asked for, or that there is no making sense of it, as soon as either is known; told once. */
    Optional<WireEvent> answer() {
        if (startupMax != DEAF) {
            return switch (StartupPacket.next(held, startupMax)) {
                case Decoded.Complete<StartupPacket>(StartupPacket packet, ByteString rest) ->
                    told(new WireEvent.ClientOpened(packet), rest);
                case Decoded.Incomplete<StartupPacket> _ -> Optional.empty();
                case Decoded.Malformed<StartupPacket>(String reason) -> told(new WireEvent.ClientBabbled(reason), held);
            };
        }
        if (messageMax != DEAF) {
            return switch (Frame.next(held, messageMax)) {
                case Decoded.Complete<Frame>(Frame message, ByteString rest) ->
                    told(new WireEvent.ClientSaid(message), rest);
                case Decoded.Incomplete<Frame> _ -> Optional.empty();
                case Decoded.Malformed<Frame>(String reason) -> told(new WireEvent.ClientBabbled(reason), held);
            };
        }
        return Optional.empty();
    }

    /** Whether more is to be read: for what is asked, or ahead of it, as far as there is room. */
    boolean wantsMore() {
        return messageMax != DEAF || held.size() < HELD_MAX;
    }

    /** What came and was not asked for; it belongs to the relay, which begins. */
    ByteString end() {
        ByteString early = held;
        held = NOTHING;
        return early;
    }

    private Optional<WireEvent> told(WireEvent event, ByteString rest) {
        startupMax = DEAF;
        messageMax = DEAF;
        held = rest;
        return Optional.of(event);
    }
}
