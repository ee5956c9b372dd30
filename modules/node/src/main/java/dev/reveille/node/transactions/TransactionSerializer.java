package dev.reveille.node.transactions;

import dev.reveille.node.transactions.Letter.Bye;
import dev.reveille.node.transactions.Letter.Cancel;
import dev.reveille.node.transactions.Letter.Knock;
import dev.reveille.node.transactions.Letter.Piece;
import dev.reveille.node.transactions.Letter.Pulse;
import dev.reveille.node.transactions.Letter.Reason;
import dev.reveille.node.transactions.Letter.Stopped;
import dev.reveille.node.transactions.Letter.TurnedAway;
import dev.reveille.node.transactions.Letter.Welcome;
import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.apache.pekko.util.ByteString;

/**
 * {@link Letter}s as bytes: a manifest for each, fields in the order of their declaration. Nodes of two releases meet while a
 * fleet is replaced, so a letter that changes gets a new manifest, and the old one is read for one release more. Bytes that
 * make no sense are refused with an exception that repeats none of them; Pekko logs it and drops the letter. Any thread.
 */
public final class TransactionSerializer extends SerializerWithStringManifest {

    /** Written with each letter; never changes and is not used by another serializer. */
    private static final int IDENTIFIER = 25_521;

    private static final String KNOCK = "Knock";
    private static final String WELCOME = "Welcome";
    private static final String TURNED_AWAY = "TurnedAway";
    private static final String PIECE = "Piece";
    private static final String PULSE = "Pulse";
    private static final String CANCEL = "Cancel";
    private static final String STOPPED = "Stopped";
    private static final String BYE = "Bye";

    private final ActorRefResolver resolver;

    /** As Pekko makes serializers. */
    public TransactionSerializer(ExtendedActorSystem system) {
        resolver = ActorRefResolver.get(Adapter.toTyped(system));
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return switch (letter(message)) {
            case Knock _ -> KNOCK;
            case Welcome _ -> WELCOME;
            case TurnedAway _ -> TURNED_AWAY;
            case Piece _ -> PIECE;
            case Pulse _ -> PULSE;
            case Cancel _ -> CANCEL;
            case Stopped _ -> STOPPED;
            case Bye _ -> BYE;
        };
    }

    @Override
    public byte[] toBinary(Object message) {
        BodyWriter out = new BodyWriter();
        switch (letter(message)) {
            case Knock(long incarnation, int length, var guest) -> {
                WishCode.bits(out, incarnation);
                out.int32(length).text(resolver.toSerializationFormat(guest));
            }
            case Welcome(int upTo, var host) -> out.int32(upTo).text(resolver.toSerializationFormat(host));
            case TurnedAway(Reason reason) -> out.int8(reason.ordinal());
            case Piece(int number, ByteString bytes) -> out.int32(number).bytes(bytes);
            case Pulse(int sent, int upTo) -> out.int32(sent).int32(upTo);
            case Stopped(var outcome) -> out.bytes(OutcomeCode.encode(outcome));
            case Cancel(), Bye() -> {}
        }
        return out.body().toArrayUnsafe();
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        BodyReader in = new BodyReader("letter", ByteString.fromArrayUnsafe(bytes));
        try {
            Letter letter = read(in, manifest);
            in.end();
            return letter;
        } catch (RuntimeException _) {
            // Its text might repeat what was read.
            throw new NotSerializableException("bytes that are no " + manifest);
        }
    }

    private Letter read(BodyReader in, String manifest) throws NotSerializableException {
        return switch (manifest) {
            case KNOCK -> new Knock(WishCode.bits(in), in.int32(), ref(in));
            case WELCOME -> new Welcome(in.int32(), ref(in));
            case TURNED_AWAY -> new TurnedAway(Reason.values()[in.int8()]);
            case PIECE -> new Piece(in.int32(), piece(in));
            case PULSE -> new Pulse(in.int32(), in.int32());
            case CANCEL -> new Cancel();
            case STOPPED -> new Stopped(OutcomeCode.decode(in.rest()));
            case BYE -> new Bye();
            default -> throw new NotSerializableException("a letter that this release does not know");
        };
    }

    private static ByteString piece(BodyReader in) {
        if (in.remaining() < 1 || in.remaining() > Letter.PIECE_MAX) {
            throw in.violation("a piece of %d bytes".formatted(in.remaining()));
        }
        return in.rest();
    }

    private <T> ActorRef<T> ref(BodyReader in) {
        return resolver.resolveActorRef(in.text());
    }

    private static Letter letter(Object message) {
        if (message instanceof Letter letter) {
            return letter;
        }
        throw new IllegalArgumentException(message.getClass().getName() + " is not for other nodes");
    }
}
