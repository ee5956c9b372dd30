package dev.reveille.session.pool;

import dev.reveille.session.statement.Statement;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Writes the messages of statements one behind the other into one piece of memory: unnamed statement and portal, no types,
 * everything as text (PostgreSQL manual, 54.2.3 and 54.7). For one thread.
 */
final class RequestWriter {

    private static final byte[] DESCRIBE_PORTAL = {'D', 0, 0, 0, 6, 'P', 0};
    private static final byte[] EXECUTE = {'E', 0, 0, 0, 9, 0, 0, 0, 0, 0};
    private static final byte[] SYNC = {'S', 0, 0, 0, 4};
    private static final byte[] FLUSH = {'H', 0, 0, 0, 4};
    private static final int FIRST_CAPACITY = 512;

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int size;

    /** Parse, Bind, Describe and Execute. */
    RequestWriter statement(Statement statement) {
        parse(statement.sql());
        bind(statement.parameters());
        return raw(DESCRIBE_PORTAL).raw(EXECUTE);
    }

    /** The same without Describe, for what nobody looks at the rows of. */
    RequestWriter command(String sql, List<Optional<ByteString>> parameters) {
        parse(sql);
        bind(parameters);
        return raw(EXECUTE);
    }

    RequestWriter sync() {
        return raw(SYNC);
    }

    RequestWriter flush() {
        return raw(FLUSH);
    }

    RequestWriter raw(byte[] message) {
        room(message.length);
        System.arraycopy(message, 0, bytes, size, message.length);
        size += message.length;
        return this;
    }

    int size() {
        return size;
    }

    /** What has been written; the writer must not be used afterwards. */
    ByteString written() {
        return ByteString.fromArrayUnsafe(bytes, 0, size);
    }

    private void parse(String sql) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        header('P', 1 + text.length + 1 + Short.BYTES);
        int8(0);
        raw(text);
        int8(0);
        int16(0);
    }

    private void bind(List<Optional<ByteString>> parameters) {
        long length = 2 + 3L * Short.BYTES;
        for (Optional<ByteString> parameter : parameters) {
            length += Integer.BYTES + (parameter.isPresent() ? parameter.get().size() : 0);
        }
        header('B', Math.toIntExact(length));
        int16(0); // the names of portal and statement
        int16(0); // all parameters are text
        int16(parameters.size());
        for (Optional<ByteString> parameter : parameters) {
            if (parameter.isPresent()) {
                ByteString value = parameter.get();
                int32(value.size());
                room(value.size());
                value.copyToArray(bytes, size);
                size += value.size();
            } else {
                int32(-1);
            }
        }
        int16(0); // all results are text
    }

    private void header(char tag, int bodyLength) {
        room(1 + Integer.BYTES + bodyLength);
        int8(tag);
        int32(Math.addExact(bodyLength, Integer.BYTES));
    }

    private void int8(int value) {
        room(Byte.BYTES);
        bytes[size++] = (byte) value;
    }

    private void int16(int value) {
        int8(value >>> 8);
        int8(value);
    }

    private void int32(int value) {
        int16(value >>> 16);
        int16(value);
    }

    private void room(int length) {
        if (bytes.length - size < length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, length)));
        }
    }
}
