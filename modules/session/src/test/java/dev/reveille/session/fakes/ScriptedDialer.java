package dev.reveille.session.fakes;

import dev.reveille.kit.ScriptedCompute;
import dev.reveille.session.compute.ComputeAddress;
import dev.reveille.session.compute.ComputeConnection;
import dev.reveille.session.compute.ComputeDialer;
import dev.reveille.session.compute.ComputeTls;
import dev.reveille.session.compute.DialFailure;
import dev.reveille.session.relay.FlowLink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.util.ByteString;

/** A dialler whose every attempt waits for the test. */
public final class ScriptedDialer implements ComputeDialer {

    private final Materializer materializer;
    private final Calls<Attempt> attempts = new Calls<>("dial");

    /** The connections' streams run on {@code materializer}. */
    public ScriptedDialer(Materializer materializer) {
        this.materializer = materializer;
    }

    /** One attempt to connect. */
    public static final class Attempt {

        private final Materializer materializer;
        private final ComputeAddress address;
        private final CompletableFuture<ComputeConnection> answer = new CompletableFuture<>();
        private final CountDownLatch closed = new CountDownLatch(1);

        Attempt(Materializer materializer, ComputeAddress address) {
            this.materializer = materializer;
            this.address = address;
        }

        public ComputeAddress address() {
            return address;
        }

        /** Leads to a compute that says what the test tells it. */
        public ScriptedCompute connects() {
            return connects(Optional.empty());
        }

        /** The same over TLS, where the compute's certificate has this digest. */
        public ScriptedCompute connects(Optional<ByteString> endPointDigest) {
            ScriptedCompute compute = new ScriptedCompute();
            answer.complete(new ComputeConnection(
                    FlowLink.to(compute.end().flow(), materializer),
                    peer(address),
                    endPointDigest.isPresent(),
                    endPointDigest,
                    closed::countDown));
            return compute;
        }

        public void fails(DialFailure.Reason reason) {
            answer.completeExceptionally(new DialFailure(reason, "by the test's wish"));
        }

        /** Waits until the connection, which nobody had begun to use, was closed. */
        public void isClosed() {
            Calls.await(closed, "the connection to be closed");
        }
    }

    /** Where a connection to this address leads. */
    public static InetSocketAddress peer(ComputeAddress address) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), address.port());
    }

    /** The next attempt, which must come soon. */
    public Attempt isToDial() {
        return attempts.next();
    }

    /** The next attempt, which may need time to pass. */
    public Attempt isToDialAfter(Runnable time) {
        return attempts.nextAfter(time);
    }

    public int attempts() {
        return attempts.count();
    }

    @Override
    public CompletionStage<ComputeConnection> dial(ComputeAddress address, ComputeTls tls) {
        Attempt attempt = new Attempt(materializer, address);
        attempts.add(attempt);
        return attempt.answer;
    }
}
