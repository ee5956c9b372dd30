package dev.reveille.journeys.cluster;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.RawClient;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.NoticeResponse;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** A session whose queries have numbers, and the cancel requests that name them. For one thread. */
final class Visitor implements AutoCloseable {

    static final String CANCELLED = "57014";
    static final String LEAVING = "57P01";

    private final RawClient client;

    private Visitor(RawClient client) {
        this.client = client;
    }

    /** A session with a key of 8 bytes. */
    static Visitor at(Destination door) throws IOException {
        return by(ProtocolVersion.V3_0, door);
    }

    static Visitor by(ProtocolVersion version, Destination door) throws IOException {
        RawClient client = RawClient.plain(door);
        try {
            return new Visitor(client.login(door, version));
        } catch (IOException | RuntimeException refused) {
            client.close();
            throw refused;
        }
    }

    BackendKeyData key() {
        return client.cancelKey();
    }

    /** The key as Redis has it. */
    String redisKey() {
        return redisKey(key());
    }

    static String redisKey(BackendKeyData key) {
        long bits = (long) key.processId() << Integer.SIZE
                | Integer.toUnsignedLong(key.secretKey().asByteBuffer().getInt());
        return "cancel:" + Long.toHexString(bits);
    }

    /**
     * Starts a query that nobody waits for; returns when the compute is at it, as it says itself by a notice.
     *
     * @throws IOException where the session was ended before it came to that
     */
    void begin(int number) throws IOException {
        begin(number, 300);
    }

    void begin(int number, int seconds) throws IOException {
        String begun = "begun " + number;
        client.say(new Query("do $$ begin raise notice '%s'; perform pg_sleep(%d); end $$".formatted(begun, seconds)));
        while (true) {
            switch (client.hear()) {
                case NoticeResponse(var fields) -> {
                    if (fields.message().equals(begun)) {
                        return;
                    }
                }
                case ErrorResponse(var fields) -> throw new SessionEnded(fields.sqlState());
                case ReadyForQuery _ -> throw new IOException(begun + " was never heard");
                default -> {}
            }
        }
    }

    /** Waits for the end of the query; SQLSTATE of its failure, nothing where it succeeded. */
    Optional<String> end() throws IOException {
        Optional<String> failure = Optional.empty();
        while (true) {
            switch (client.hear()) {
                case ErrorResponse(var fields) -> {
                    if (fields.sqlState().equals(LEAVING)) {
                        throw new SessionEnded(LEAVING);
                    }
                    failure = Optional.of(fields.sqlState());
                }
                case ReadyForQuery _ -> {
                    return failure;
                }
                default -> {}
            }
        }
    }

    /** A query from its beginning to its end; SQLSTATE of its failure, nothing where it succeeded. */
    Optional<String> run(String sql) throws IOException {
        client.say(new Query(sql));
        return end();
    }

    /** The one value that {@code sql} selects. */
    String ask(String sql) throws IOException {
        client.say(new Query(sql));
        String answer = "";
        for (BackendMessage message : client.hearUntilReady()) {
            switch (message) {
                case DataRow(var columns) ->
                    answer = columns.getFirst().orElseThrow().utf8String();
                case ErrorResponse(var fields) -> throw new IOException(fields.message());
                default -> {}
            }
        }
        return answer;
    }

    /** Hands in a cancel request at {@code door}; returns when the connection is closed, without having heard a word. */
    static void cancel(BackendKeyData key, Destination door) throws IOException {
        try (RawClient canceller = RawClient.plain(door)) {
            canceller.cancel(key);
        }
    }

    /** The same from another address of this machine. */
    static void cancelFrom(String source, BackendKeyData key, Destination door) throws IOException {
        try (RawClient canceller = RawClient.plainFrom(address(source), door)) {
            canceller.cancel(key);
        }
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getByName(literal);
    }

    /** The server has said why it ends the session. */
    static final class SessionEnded extends IOException {

        private static final long serialVersionUID = 1L;

        SessionEnded(String sqlState) {
            super("the session was ended: " + sqlState);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
