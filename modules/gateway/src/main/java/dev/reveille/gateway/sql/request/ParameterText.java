package dev.reveille.gateway.sql.request;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.session.statement.Statement;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * JSON values as the text of parameters (spec 03 §4.7). Numbers and objects keep the very bytes they came as; an array
 * becomes PostgreSQL's literal by the rule of node-postgres: in quotes, with a backslash before quotes and backslashes alone.
 */
final class ParameterText {

    private static final String NOT_UTF8 = "22021";

    private final JsonParser parser;
    private final byte[] body;

    ParameterText(JsonParser parser, byte[] body) {
        this.parser = parser;
        this.body = body;
    }

    /** The statement at the parser. */
    String sql() throws IOException, RequestRefused {
        String text = parser.getText();
        utf8(text);
        return text;
    }

    /** The array of parameters at the parser. */
    List<Optional<ByteString>> all() throws IOException, RequestRefused {
        List<Optional<ByteString>> all = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (all.size() == Statement.PARAMETERS_MAX) {
                throw RequestRefused.content(
                        "54023", "a statement may have at most %d parameters".formatted(Statement.PARAMETERS_MAX));
            }
            all.add(one(next));
        }
        return all;
    }

    private Optional<ByteString> one(JsonToken value) throws IOException, RequestRefused {
        return switch (value) {
            case VALUE_NULL -> Optional.empty();
            case VALUE_STRING -> Optional.of(ByteString.fromArrayUnsafe(utf8(parser.getText())));
            case START_OBJECT -> Optional.of(ByteString.fromArrayUnsafe(object()));
            case START_ARRAY -> {
                ByteStringBuilder literal = ByteString.createBuilder();
                array(literal);
                yield Optional.of(literal.result());
            }
            default ->
                Optional.of(ByteString.fromString(parser.getText())); // Numbers and booleans, as they are spelled.
        };
    }

    /** Nested as deeply as the parser allows. */
    private void array(ByteStringBuilder out) throws IOException, RequestRefused {
        out.addOne((byte) '{');
        boolean first = true;
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (!first) {
                out.addOne((byte) ',');
            }
            first = false;
            switch (next) {
                case VALUE_NULL -> out.append(ByteString.fromString("NULL"));
                case VALUE_STRING -> quoted(utf8(parser.getText()), out);
                case START_OBJECT -> quoted(object(), out);
                case START_ARRAY -> array(out);
                default -> out.append(ByteString.fromString(parser.getText()));
            }
        }
        out.addOne((byte) '}');
    }

    /** The object at the parser, byte for byte. */
    private byte[] object() throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        byte[] bytes = new byte[to - from];
        System.arraycopy(body, from, bytes, 0, bytes.length);
        return bytes;
    }

    private static void quoted(byte[] text, ByteStringBuilder out) {
        byte[] escaped = new byte[2 * text.length + 2];
        int size = 0;
        escaped[size++] = '"';
        for (byte b : text) {
            if (b == '"' || b == '\\') {
                escaped[size++] = '\\';
            }
            escaped[size++] = b;
        }
        escaped[size++] = '"';
        out.append(ByteString.fromArrayUnsafe(escaped, 0, size));
    }

    /** Half a surrogate pair has no UTF-8, and PostgreSQL's text has no NUL: neither is changed in silence. */
    private static byte[] utf8(String text) throws RequestRefused {
        if (text.indexOf('\0') >= 0) {
            throw RequestRefused.content(NOT_UTF8, "invalid byte sequence for encoding \"UTF8\": 0x00");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (hasSurrogates(text)) {
            try {
                ByteBuffer strict = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
                return ByteString.fromByteBuffer(strict).toArrayUnsafe();
            } catch (CharacterCodingException _) {
                throw RequestRefused.content(NOT_UTF8, "half a surrogate pair in a JSON string");
            }
        }
        return bytes;
    }

    private static boolean hasSurrogates(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (Character.isSurrogate(text.charAt(at))) {
                return true;
            }
        }
        return false;
    }
}
