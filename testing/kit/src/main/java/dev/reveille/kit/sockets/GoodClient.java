package dev.reveille.kit.sockets;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.protocol.startup.StartupMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** A client that plays by the rules: logs in, asks queries one after another, says goodbye. For one thread. */
public final class GoodClient implements AutoCloseable {

    private final HostileClient wire;
    private final Optional<BackendKeyData> key;

    private GoodClient(HostileClient wire, Optional<BackendKeyData> key) {
        this.wire = wire;
        this.key = key;
    }

    /** What a query came to: the first column of each row, and the error where there was one. */
    public record Answer(List<String> rows, Optional<ErrorFields> error) {

        public Answer {
            rows = List.copyOf(rows);
        }
    }

    /** Logs in over a new connection; throws where it is not let in. */
    public static GoodClient loggedIn(InetSocketAddress door, StartupMessage startup, String password)
            throws IOException {
        HostileClient wire = HostileClient.connectedTo(door);
        return switch (Login.attempt(wire, startup, password)) {
            case Login.Admitted(Optional<BackendKeyData> key) -> new GoodClient(wire, key);
            case Login.Refused(ErrorFields error) ->
                throw refused(wire, error.fields().toString());
            case Login.Silence() -> throw refused(wire, "silence");
        };
    }

    /** The connection itself, for those who forget their manners. */
    public HostileClient wire() {
        return wire;
    }

    public BackendKeyData key() {
        return key.orElseThrow();
    }

    /** Asks and waits for the whole answer. */
    public Answer asks(String sql) throws IOException {
        wire.says(new Query(sql).encode());
        List<String> rows = new ArrayList<>();
        Optional<ErrorFields> error = Optional.empty();
        while (true) {
            Frame frame = wire.hears();
            switch (frame.tag()) {
                case DataRow.TAG ->
                    rows.add(DataRow.decode(frame.body())
                            .columns()
                            .getFirst()
                            .map(ByteString::utf8String)
                            .orElse("NULL"));
                case ErrorResponse.TAG ->
                    error = Optional.of(ErrorResponse.decode(frame.body()).fields());
                case ReadyForQuery.TAG -> {
                    return new Answer(rows, error);
                }
                default -> BackendMessage.decode(frame);
            }
        }
    }

    /** Says goodbye and waits until the other side has closed the connection too. */
    @Override
    public void close() throws IOException {
        try (wire) {
            wire.says(new Terminate().encode());
            wire.hearsToTheEnd();
        }
    }

    private static IOException refused(HostileClient wire, String why) throws IOException {
        wire.close();
        return new IOException("not let in: " + why);
    }
}
