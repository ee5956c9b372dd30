package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.cluster.CancellationShard.Census;
import dev.reveille.cancellation.cluster.CancellationShard.Held;
import dev.reveille.cancellation.cluster.CancellationShard.LookUp;
import dev.reveille.cancellation.cluster.CancellationShard.Register;
import dev.reveille.cancellation.cluster.CancellationShard.Stored;
import dev.reveille.cancellation.cluster.CancellationShard.Unknown;
import dev.reveille.cancellation.cluster.CancellationShard.Unregister;
import dev.reveille.cancellation.cluster.CancellationShard.Unsure;
import dev.reveille.cancellation.cluster.HolderCommand.CancelHere;
import dev.reveille.cancellation.cluster.HolderCommand.Outcome;
import dev.reveille.cancellation.cluster.HolderCommand.RegisterAgain;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/**
 * What nodes say to one another about cancel keys, as bytes: a manifest for each message, fields in the order of their
 * declaration. Nodes of two releases meet while a fleet is replaced, so a message that changes gets a new manifest, and
 * the old one is read for one release more. Bytes that make no sense are refused with an exception that repeats none of
 * them; Pekko logs it and drops the message. Any thread.
 */
public final class CancellationSerializer extends SerializerWithStringManifest {

    /** Written with each message; never changes and is not used by another serializer. */
    private static final int IDENTIFIER = 25_520;

    private static final String REGISTER = "Register";
    /** Where a backend is shared; the release before does not know that. */
    private static final String REGISTER_SHARED = "Register/2";

    private static final String UNREGISTER = "Unregister/2";
    /** Of the release before, which did not say who speaks; passed on at the most. */
    private static final String NAMELESS_UNREGISTER = "Unregister";

    private static final String LOOK_UP = "LookUp";
    private static final String CENSUS = "Census/2";
    /** Of the release before, which only counted; read, never written. */
    private static final String COUNTING_CENSUS = "Census";

    private static final String HELD = "Held";
    private static final String STORED = "Stored";
    private static final String UNKNOWN = "Unknown";
    private static final String UNSURE = "Unsure";
    private static final String REGISTER_AGAIN = "RegisterAgain";
    private static final String CANCEL_HERE = "CancelHere";
    private static final String OUTCOME = "Outcome";

    private final ActorRefResolver resolver;

    /** As Pekko makes serializers. */
    public CancellationSerializer(ExtendedActorSystem system) {
        resolver = ActorRefResolver.get(Adapter.toTyped(system));
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return switch (message) {
            case Register register -> tellsOfShared(register) ? REGISTER_SHARED : REGISTER;
            case Unregister unregister -> unregister.holder().isPresent() ? UNREGISTER : NAMELESS_UNREGISTER;
            case LookUp _ -> LOOK_UP;
            case Census _ -> CENSUS;
            case Held _ -> HELD;
            case Stored _ -> STORED;
            case Unknown _ -> UNKNOWN;
            case Unsure _ -> UNSURE;
            case RegisterAgain _ -> REGISTER_AGAIN;
            case CancelHere _ -> CANCEL_HERE;
            case Outcome _ -> OUTCOME;
            default -> throw stranger(message);
        };
    }

    @Override
    public byte[] toBinary(Object message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        FieldWriter fields = new FieldWriter(new DataOutputStream(bytes), resolver);
        try {
            write(message, fields);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private void write(Object message, FieldWriter fields) throws IOException {
        switch (message) {
            case Register register -> {
                if (tellsOfShared(register)) {
                    fields.sharedEntries(register.entries());
                } else {
                    fields.entries(register.entries());
                }
                fields.ref(register.holder());
            }
            case Unregister(long key, var holder) -> {
                fields.bits(key);
                if (holder.isPresent()) {
                    fields.ref(holder.get());
                }
            }
            case LookUp(long key, var patience, var replyTo) -> {
                fields.bits(key);
                fields.duration(patience);
                fields.ref(replyTo);
            }
            case Census(int count, var digest, var holder) -> {
                fields.number(count);
                fields.optionalBits(digest);
                fields.ref(holder);
            }
            case Held(var holder) -> fields.ref(holder);
            case Stored(var record) -> fields.record(record);
            case Unknown() -> {}
            case Unsure(String reason) -> fields.text(reason);
            case RegisterAgain(int shard, var replyTo) -> {
                fields.number(shard);
                fields.ref(replyTo);
            }
            case CancelHere(var key, var origin, var replyTo) -> {
                fields.key(key);
                fields.origin(origin);
                fields.ref(replyTo);
            }
            case Outcome outcome -> fields.number(outcome.ordinal());
            default -> throw stranger(message);
        }
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
        ByteArrayInputStream rest = new ByteArrayInputStream(bytes);
        try {
            Object message = read(new FieldReader(new DataInputStream(rest), resolver), manifest);
            if (rest.available() > 0) {
                throw new NotSerializableException("a message of another kind, with more to it: " + manifest);
            }
            return message;
        } catch (NotSerializableException unknown) {
            throw unknown;
        } catch (IOException | RuntimeException _) {
            // Its text might repeat what was read, and with it a key.
            throw new NotSerializableException("bytes that are no " + manifest);
        }
    }

    private static Object read(FieldReader fields, String manifest) throws IOException {
        return switch (manifest) {
            case REGISTER -> new Register(fields.entries(), fields.ref());
            case REGISTER_SHARED -> new Register(fields.sharedEntries(), fields.ref());
            case UNREGISTER -> new Unregister(fields.bits(), fields.<HolderCommand>ref());
            case NAMELESS_UNREGISTER -> new Unregister(fields.bits(), Optional.empty());
            case LOOK_UP -> new LookUp(fields.bits(), fields.duration(), fields.ref());
            case CENSUS -> new Census(fields.count(), fields.optionalBits(), fields.ref());
            case COUNTING_CENSUS -> new Census(fields.count(), OptionalLong.empty(), fields.ref());
            case HELD -> new Held(fields.ref());
            case STORED -> new Stored(fields.record());
            case UNKNOWN -> new Unknown();
            case UNSURE -> new Unsure(fields.text());
            case REGISTER_AGAIN -> new RegisterAgain(fields.count(), fields.ref());
            case CANCEL_HERE -> new CancelHere(fields.key(), fields.origin(), fields.ref());
            case OUTCOME -> Outcome.values()[fields.count()];
            default -> throw new NotSerializableException("a message that this release does not know");
        };
    }

    private static boolean tellsOfShared(Register register) {
        return register.entries().stream().anyMatch(entry -> entry.record().shared());
    }

    private static IllegalArgumentException stranger(Object message) {
        return new IllegalArgumentException(message.getClass().getName() + " is not for other nodes");
    }
}
