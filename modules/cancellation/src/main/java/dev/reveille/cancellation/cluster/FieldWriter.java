package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.cancellation.cluster.CancellationShard.Entry;
import dev.reveille.protocol.names.ComputeOption;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.util.ByteString;

/** Writes the fields of messages between nodes; {@link FieldReader} reads them. For one message. */
final class FieldWriter {

    private final DataOutputStream out;
    private final ActorRefResolver resolver;

    FieldWriter(DataOutputStream out, ActorRefResolver resolver) {
        this.out = out;
        this.resolver = resolver;
    }

    void bits(long value) throws IOException {
        out.writeLong(value);
    }

    void optionalBits(OptionalLong value) throws IOException {
        out.writeBoolean(value.isPresent());
        if (value.isPresent()) {
            bits(value.getAsLong());
        }
    }

    void number(int value) throws IOException {
        out.writeInt(value);
    }

    void bytes(byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    void bytes(ByteString value) throws IOException {
        bytes(value.toArray());
    }

    void text(String value) throws IOException {
        bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    void duration(Duration value) throws IOException {
        out.writeLong(value.toNanos());
    }

    void ref(ActorRef<?> value) throws IOException {
        text(resolver.toSerializationFormat(value));
    }

    void key(CancelKey value) throws IOException {
        number(value.processId());
        bytes(value.secret());
    }

    void origin(CancelOrigin value) throws IOException {
        bytes(value.client().getAddress());
        out.writeBoolean(value.privateLink().isPresent());
        if (value.privateLink().isPresent()) {
            text(value.privateLink().get());
        }
        // Another node has another clock: what can be told is how long ago it was.
        bits(System.nanoTime() - value.heardAtNanos());
    }

    void entries(List<Entry> value) throws IOException {
        number(value.size());
        for (Entry entry : value) {
            entry(entry);
        }
    }

    /** The same, and of each whether its backend is shared. */
    void sharedEntries(List<Entry> value) throws IOException {
        number(value.size());
        for (Entry entry : value) {
            entry(entry);
            out.writeBoolean(entry.record().shared());
        }
    }

    private void entry(Entry value) throws IOException {
        bits(value.key());
        record(value.record());
    }

    /** As a key store knows it: of a session that has its backend to itself. */
    void record(CancelRecord value) throws IOException {
        target(value.target());
        text(value.endpoint().endpoint().value());
        number(value.endpoint().options().size());
        for (ComputeOption option : value.endpoint().options()) {
            text(option.key());
            text(option.value());
        }
        text(value.role().value());
    }

    private void target(CancelTarget value) throws IOException {
        address(value.address());
        number(value.security().ordinal());
        text(value.hostname());
        number(value.processId());
        bytes(value.secretKey());
    }

    private void address(InetSocketAddress value) throws IOException {
        out.writeBoolean(value.isUnresolved());
        if (value.isUnresolved()) {
            text(value.getHostString());
        } else {
            bytes(value.getAddress().getAddress());
        }
        number(value.getPort());
    }
}
