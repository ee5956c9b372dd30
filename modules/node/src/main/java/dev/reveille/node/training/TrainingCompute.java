package dev.reveille.node.training;

import dev.reveille.protocol.Format;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BindComplete;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ParseComplete;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Bind;
import dev.reveille.protocol.frontend.Describe;
import dev.reveille.protocol.frontend.Execute;
import dev.reveille.protocol.frontend.Parse;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Sync;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;

/**
 * Speaks just enough of PostgreSQL to be relayed to, and to be asked over HTTP: lets everybody in and answers everything with
 * the same row, resets with their marks.
 */
final class TrainingCompute implements AutoCloseable {

    private static final int LENGTH_MAX = 1 << 20;
    private static final ByteString READY = new ReadyForQuery(TransactionStatus.IDLE).encode();
    private static final ByteString GREETING = new AuthenticationOk()
            .encode()
            .concat(ParameterStatus.of("server_version", "18.0").encode())
            .concat(ParameterStatus.of("client_encoding", "UTF8").encode())
            .concat(new BackendKeyData(1, ByteString.fromInts(1, 2, 3, 4)).encode())
            .concat(READY);
    private static final byte[] ANSWER =
            new CommandComplete("SELECT 1").encode().concat(READY).toArrayUnsafe();

    /** What a reset is answered with, before its mark and behind it. */
    private static final ByteString FORGOTTEN =
            completed("CLOSE CURSOR ALL", "SET", "RESET", "RESET", "DEALLOCATE ALL", "UNLISTEN");

    private static final ByteString FORGOTTEN_TOO =
            completed("SELECT 1", "DISCARD TEMP", "DISCARD SEQUENCES").concat(READY);
    private static final Pattern MARK = Pattern.compile("pg_advisory_unlock_all\\(\\), '(\\w+)'");

    private static final int INT4 = 23;
    private static final Map<Byte, byte[]> STEPS = Map.of(
            Parse.TAG, new ParseComplete().encode().toArrayUnsafe(),
            Bind.TAG, new BindComplete().encode().toArrayUnsafe(),
            Describe.TAG,
                    new RowDescription(List.of(new RowDescription.Column(
                                    "n", 0, (short) 0, INT4, (short) Integer.BYTES, -1, Format.TEXT)))
                            .encode()
                            .toArrayUnsafe(),
            Execute.TAG,
                    new DataRow(List.of(Optional.of(ByteString.fromString("1"))))
                            .encode()
                            .concat(new CommandComplete("SELECT 1").encode())
                            .toArrayUnsafe(),
            Sync.TAG, READY.toArrayUnsafe(),
            Query.TAG, ANSWER);

    private final ServerSocket door;

    private TrainingCompute(ServerSocket door) {
        this.door = door;
    }

    static TrainingCompute start() throws IOException {
        TrainingCompute compute = new TrainingCompute(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual().start(compute::accept);
        return compute;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) door.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = door.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The training is over.
        }
    }

    private static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            Reading reading = new Reading(client.getInputStream());
            if (!(reading.next(bytes -> StartupPacket.next(bytes, LENGTH_MAX)) instanceof StartupMessage)) {
                return; // A cancel request: hanging up is the answer.
            }
            client.getOutputStream().write(GREETING.toArrayUnsafe());
            while (true) {
                Frame message = reading.next(bytes -> Frame.next(bytes, LENGTH_MAX));
                if (message.tag() == Terminate.TAG) {
                    return;
                }
                byte[] answer = answer(message);
                if (answer != null) {
                    client.getOutputStream().write(answer);
                }
            }
        } catch (IOException gone) {
            // So is the client, then.
        }
    }

    private static byte[] answer(Frame message) {
        if (message.tag() == Query.TAG) {
            Matcher reset = MARK.matcher(message.body().utf8String());
            if (reset.find()) {
                return FORGOTTEN
                        .concat(new DataRow(List.of(
                                        Optional.of(ByteString.emptyByteString()),
                                        Optional.of(ByteString.fromString(reset.group(1)))))
                                .encode())
                        .concat(FORGOTTEN_TOO)
                        .toArrayUnsafe();
            }
        }
        return STEPS.get(message.tag());
    }

    private static ByteString completed(String... tags) {
        return Stream.of(tags)
                .map(tag -> new CommandComplete(tag).encode())
                .reduce(ByteString.emptyByteString(), ByteString::concat);
    }
}
