package dev.reveille.cancellation.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Reads the text of a {@link StoredRecord} piece by piece. Whatever is wrong ends in {@link Unreadable}, which says
 * nothing, because what was read may be a secret. One for each text.
 */
final class StoredRecordReader {

    private static final int OPTIONS_MAX = 256;

    private final JsonParser json;

    private Optional<InetSocketAddress> address = Optional.empty();
    private Optional<CancelTarget.Security> security = Optional.empty();
    private Optional<Integer> processId = Optional.empty();
    private Optional<Integer> secretKey = Optional.empty();
    private Optional<String> hostname = Optional.empty();
    private Optional<EndpointId> endpoint = Optional.empty();
    private Optional<RoleName> role = Optional.empty();
    private Optional<List<ComputeOption>> options = Optional.empty();

    /** The text is not a record. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** One field of an object, whose value the parser stands at. */
    @FunctionalInterface
    private interface Field {
        void read(String name) throws IOException, Unreadable;
    }

    private StoredRecordReader(JsonParser json) {
        this.json = json;
    }

    static Optional<CancelRecord> read(JsonFactory factory, String text) {
        try (JsonParser json = factory.createParser(text)) {
            return new StoredRecordReader(json).record();
        } catch (IOException | Unreadable notARecord) {
            return Optional.empty();
        }
    }

    private Optional<CancelRecord> record() throws IOException, Unreadable {
        json.nextToken();
        object(this::field);
        if (json.nextToken() != null) {
            throw new Unreadable();
        }
        return Optional.of(new CancelRecord(
                new CancelTarget(there(address), there(security), there(hostname), there(processId), secret()),
                new EndpointKey(there(endpoint), there(options)),
                there(role)));
    }

    private void field(String name) throws IOException, Unreadable {
        switch (name) {
            case "socket_addr" -> address = SocketText.parse(string());
            case "cancel_token" -> object(this::tokenField);
            case "hostname" -> hostname = Optional.of(string());
            case "user_info" -> object(this::userField);
            default -> json.skipChildren();
        }
    }

    private void tokenField(String name) throws IOException, Unreadable {
        switch (name) {
            case "ssl_mode" -> security = Optional.of(mode(string()));
            case "process_id" -> processId = Optional.of(int32());
            case "secret_key" -> secretKey = Optional.of(int32());
            default -> json.skipChildren();
        }
    }

    private void userField(String name) throws IOException, Unreadable {
        switch (name) {
            case "endpoint" -> endpoint = EndpointId.parse(string());
            case "user" ->
                role = Optional.of(string()).filter(text -> !text.isEmpty()).map(RoleName::new);
            case "options" -> options = Optional.of(pairs());
            default -> json.skipChildren();
        }
    }

    private List<ComputeOption> pairs() throws IOException, Unreadable {
        expect(JsonToken.START_ARRAY);
        List<ComputeOption> pairs = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (pairs.size() == OPTIONS_MAX) {
                throw new Unreadable();
            }
            expect(JsonToken.START_ARRAY);
            json.nextToken();
            String key = string();
            json.nextToken();
            pairs.add(new ComputeOption(key, string()));
            json.nextToken();
            expect(JsonToken.END_ARRAY);
        }
        return pairs;
    }

    private void object(Field field) throws IOException, Unreadable {
        expect(JsonToken.START_OBJECT);
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            field.read(name);
        }
        expect(JsonToken.END_OBJECT);
    }

    private String string() throws IOException, Unreadable {
        expect(JsonToken.VALUE_STRING);
        return json.getText();
    }

    private int int32() throws IOException, Unreadable {
        expect(JsonToken.VALUE_NUMBER_INT);
        return json.getIntValue(); // Fails where the number is larger.
    }

    private ByteString secret() throws Unreadable {
        return ByteString.fromArrayUnsafe(
                ByteBuffer.allocate(Integer.BYTES).putInt(there(secretKey)).array());
    }

    private void expect(JsonToken token) throws Unreadable {
        if (json.currentToken() != token) {
            throw new Unreadable();
        }
    }

    private static CancelTarget.Security mode(String text) throws Unreadable {
        return switch (text) {
            case "Disable" -> CancelTarget.Security.CLEAR;
            case "Prefer" -> CancelTarget.Security.TLS;
            case "Require" -> CancelTarget.Security.TLS_VERIFIED;
            default -> throw new Unreadable();
        };
    }

    private static <T> T there(Optional<T> value) throws Unreadable {
        return value.orElseThrow(Unreadable::new);
    }
}
