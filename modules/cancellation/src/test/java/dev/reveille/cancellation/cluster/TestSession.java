package dev.reveille.cancellation.cluster;

import dev.reveille.cancellation.CancelHolder;
import dev.reveille.cancellation.CancelKey;
import dev.reveille.cancellation.CancelKeys;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.util.ByteString;

/** A session that notes who wants to cancel its query; carries it out at once unless told to be slow. */
final class TestSession implements CancelHolder {

    static final CancelOrigin ORIGIN = new CancelOrigin(InetAddress.ofLiteral("10.1.2.3"), Optional.of("vpce-1"));

    static final CancelRecord RECORD = new CancelRecord(
            new CancelTarget(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5432),
                    CancelTarget.Security.TLS_VERIFIED,
                    "compute.internal",
                    4711,
                    ByteString.fromString("hush")),
            new EndpointKey(new EndpointId("blue"), List.of(new ComputeOption("lsn", "0/2"))),
            new RoleName("app"));

    /** On a backend that serves one session after the other. */
    static final CancelRecord SHARED_RECORD = new CancelRecord(RECORD.target(), RECORD.endpoint(), RECORD.role(), true);

    private final List<CancelOrigin> origins = new CopyOnWriteArrayList<>();
    private final List<Runnable> unhandled = new CopyOnWriteArrayList<>();
    private final boolean slow;
    private final CancelKey key;

    private TestSession(CancelKeys keys, boolean slow) {
        this.slow = slow;
        this.key = keys.issue(ProtocolVersion.V3_0, RECORD, this);
    }

    static TestSession on(CancelKeys keys) {
        return new TestSession(keys, false);
    }

    static TestSession slowOn(CancelKeys keys) {
        return new TestSession(keys, true);
    }

    CancelKey key() {
        return key;
    }

    /** The key's 64 bits. */
    long bits() {
        return bits(key);
    }

    static long bits(CancelKey key) {
        return (long) key.processId() << Integer.SIZE
                | Integer.toUnsignedLong(key.secret().asByteBuffer().getInt());
    }

    List<CancelOrigin> origins() {
        return origins;
    }

    /** A slow session is done with all it was asked for. */
    void isDone() {
        unhandled.forEach(Runnable::run);
    }

    @Override
    public void cancel(CancelOrigin origin, Runnable handled) {
        origins.add(origin);
        if (slow) {
            unhandled.add(handled);
        } else {
            handled.run();
        }
    }
}
