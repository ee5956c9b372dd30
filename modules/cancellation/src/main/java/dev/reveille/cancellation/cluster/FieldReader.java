package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.cancellation.cluster.CancellationShard.Entry;
import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.util.ByteString;

/**
 * Reads the fields of messages between nodes, as {@link FieldWriter} writes them. Lengths are believed only as far as
 * there are bytes. For one message.
 */
final class FieldReader {

    private final DataInputStream in;
    private final ActorRefResolver resolver;

    FieldReader(DataInputStream in, ActorRefResolver resolver) {
        this.in = in;
        this.resolver = resolver;
    }

    long bits() throws IOException {
        return in.readLong();
    }

    OptionalLong optionalBits() throws IOException {
        return in.readBoolean() ? OptionalLong.of(bits()) : OptionalLong.empty();
    }

    int number() throws IOException {
        return in.readInt();
    }

    /** How many of something: what follows takes a byte at least for each, or it is a number of no size. */
    int count() throws IOException {
        int count = in.readInt();
        if (count < 0) {
            throw new IOException("negative");
        }
        return count;
    }

    byte[] bytes() throws IOException {
        int length = count();
        if (length > in.available()) {
            throw new EOFException();
        }
        return in.readNBytes(length);
    }

    ByteString byteString() throws IOException {
        return ByteString.fromArrayUnsafe(bytes());
    }

    String text() throws IOException {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    Duration duration() throws IOException {
        return Duration.ofNanos(in.readLong());
    }

    <T> ActorRef<T> ref() throws IOException {
        return resolver.resolveActorRef(text());
    }

    CancelKey key() throws IOException {
        return new CancelKey(number(), byteString());
    }

    CancelOrigin origin() throws IOException {
        InetAddress client = InetAddress.getByAddress(bytes());
        Optional<String> privateLink = in.readBoolean() ? Optional.of(text()) : Optional.empty();
        return new CancelOrigin(client, privateLink, System.nanoTime() - bits());
    }

    List<Entry> entries() throws IOException {
        int size = count();
        List<Entry> entries = new ArrayList<>();
        for (int at = 0; at < size; at++) {
            entries.add(new Entry(bits(), record()));
        }
        return entries;
    }

    List<Entry> sharedEntries() throws IOException {
        int size = count();
        List<Entry> entries = new ArrayList<>();
        for (int at = 0; at < size; at++) {
            long key = bits();
            CancelRecord record = record();
            entries.add(new Entry(
                    key, new CancelRecord(record.target(), record.endpoint(), record.role(), in.readBoolean())));
        }
        return entries;
    }

    CancelRecord record() throws IOException {
        CancelTarget target = target();
        EndpointId endpoint = new EndpointId(text());
        int size = count();
        List<ComputeOption> options = new ArrayList<>();
        for (int at = 0; at < size; at++) {
            options.add(new ComputeOption(text(), text()));
        }
        return new CancelRecord(target, new EndpointKey(endpoint, options), new RoleName(text()));
    }

    private CancelTarget target() throws IOException {
        return new CancelTarget(address(), CancelTarget.Security.values()[count()], text(), number(), byteString());
    }

    private InetSocketAddress address() throws IOException {
        return in.readBoolean()
                ? InetSocketAddress.createUnresolved(text(), number())
                : new InetSocketAddress(InetAddress.getByAddress(bytes()), number());
    }
}
