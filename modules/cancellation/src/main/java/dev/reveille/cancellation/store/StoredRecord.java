package dev.reveille.cancellation.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointKey;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * A {@link CancelRecord} as stores keep it: JSON that the reference writes and reads, too (spec 02 §12.2), so that both
 * can share one store.
 *
 * <pre>
 * {"socket_addr":"10.1.2.3:5432",
 *  "cancel_token":{"ssl_mode":"Require","process_id":123,"secret_key":-456},
 *  "hostname":"compute-1.example",
 *  "user_info":{"endpoint":"blue-sky-42","user":"alice","options":[["lsn","0/2"]]}}
 * </pre>
 *
 * It holds the compute's secret and is not printed.
 */
public record StoredRecord(String json) {

    /** No record comes near this; longer texts are not read. */
    public static final int LENGTH_MAX = 64 * 1024;

    private static final String KEY_PREFIX = "cancel:";

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(4 * LENGTH_MAX)
                    .maxNestingDepth(32)
                    .build())
            .build();

    /** What a store keeps the record of {@code key} under: {@code cancel:} and the 64 bits in hexadecimal, unpadded. */
    public static String keyText(long key) {
        return KEY_PREFIX + Long.toHexString(key);
    }

    /**
     * The record as text. Nothing where the format has no room for it: it knows only secrets of 4 bytes, which is what
     * computes give to clients of protocol 3.0, and only addresses that are resolved.
     */
    public static Optional<StoredRecord> of(CancelRecord record) {
        CancelTarget target = record.target();
        if (target.secretKey().length() != Integer.BYTES || target.address().isUnresolved()) {
            return Optional.empty();
        }
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(record, json);
        } catch (IOException impossible) {
            throw new IllegalStateException("writing to memory failed"); // Its cause might show what was written.
        }
        return Optional.of(new StoredRecord(text.toString()));
    }

    /**
     * The record that the text describes: all fields must be there, others are ignored. Nothing where it is not such a
     * text.
     */
    public Optional<CancelRecord> read() {
        return json.length() > LENGTH_MAX ? Optional.empty() : StoredRecordReader.read(JSON, json);
    }

    private static void write(CancelRecord record, JsonGenerator json) throws IOException {
        CancelTarget target = record.target();
        EndpointKey endpoint = record.endpoint();
        json.writeStartObject();
        json.writeStringField("socket_addr", SocketText.of(target.address()));
        json.writeObjectFieldStart("cancel_token");
        json.writeStringField("ssl_mode", mode(target.security()));
        json.writeNumberField("process_id", target.processId());
        json.writeNumberField("secret_key", int32(target.secretKey()));
        json.writeEndObject();
        json.writeStringField("hostname", target.hostname());
        json.writeObjectFieldStart("user_info");
        json.writeStringField("endpoint", endpoint.endpoint().value());
        json.writeStringField("user", record.role().value());
        json.writeArrayFieldStart("options");
        for (ComputeOption option : endpoint.options()) {
            json.writeStartArray();
            json.writeString(option.key());
            json.writeString(option.value());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private static String mode(CancelTarget.Security security) {
        return switch (security) {
            case CLEAR -> "Disable";
            case TLS -> "Prefer";
            case TLS_VERIFIED -> "Require";
        };
    }

    private static int int32(ByteString bytes) {
        return bytes.iterator().getInt(ByteOrder.BIG_ENDIAN);
    }

    @Override
    public String toString() {
        return "StoredRecord[***]";
    }
}
