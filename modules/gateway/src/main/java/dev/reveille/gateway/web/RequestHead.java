package dev.reveille.gateway.web;

import dev.reveille.protocol.Digits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * As much of a request's head as the door must know before anybody else reads it (RFC 9112): how long its body is, and
 * whether it asks for a WebSocket. Whatever is wrong with it is for the real parser to say.
 */
final class RequestHead {

    private static final byte[] CONTENT_LENGTH = bytes("content-length");
    private static final byte[] TRANSFER_ENCODING = bytes("transfer-encoding");
    private static final byte[] UPGRADE = bytes("upgrade");
    private static final int LENGTH_DIGITS_MAX = 18;

    private final byte[] bytes;
    private final int start;
    private final int end;
    private BodyBounds body = BodyBounds.ofLength(0);
    private boolean lengthGiven;
    private boolean upgrade;

    private record Field(String name, String value) {}

    private RequestHead(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        int line = nextLine(start);
        while (line < end) {
            int next = nextLine(line);
            field(line, next);
            line = next;
        }
    }

    /** Where the first request begins: empty lines before it are passed over (RFC 9112 §2.2). */
    static int start(byte[] bytes, int length) {
        int start = 0;
        while (start < length && (bytes[start] == '\r' || bytes[start] == '\n')) {
            start++;
        }
        return start;
    }

    /**
     * Where the head that begins before {@code from} ends, behind its empty line; -1 where that has not come.
     *
     * @param from nothing before this place needs to be looked at again
     */
    static int end(byte[] bytes, int from, int length) {
        for (int at = from; at + 1 < length; at++) {
            if (bytes[at] == '\n') {
                if (bytes[at + 1] == '\n') {
                    return at + 2;
                }
                if (bytes[at + 1] == '\r' && at + 2 < length && bytes[at + 2] == '\n') {
                    return at + 3;
                }
            }
        }
        return -1;
    }

    /** Reads a whole head. */
    static RequestHead of(byte[] bytes, int start, int end) {
        return new RequestHead(bytes, start, end);
    }

    BodyBounds body() {
        return body;
    }

    /** Whether this asks for a WebSocket (spec 03 §2). */
    boolean asksForWebSocket() {
        return upgrade && lists("upgrade", "websocket") && lists("connection", "upgrade");
    }

    String method() {
        return requestLine(0);
    }

    String target() {
        return requestLine(1);
    }

    boolean isHttp11() {
        return requestLine(2).equals("HTTP/1.1");
    }

    /** The first field of this name, which is in lower case. */
    Optional<String> value(String name) {
        return fields().stream()
                .filter(field -> field.name.equals(name))
                .map(Field::value)
                .findFirst();
    }

    private boolean lists(String name, String token) {
        return fields().stream()
                .filter(field -> field.name.equals(name))
                .flatMap(field -> Arrays.stream(field.value.split(",")))
                .anyMatch(one -> one.strip().equalsIgnoreCase(token));
    }

    private void field(int line, int next) {
        if (bytes[line] == ' ' || bytes[line] == '\t') {
            body = BodyBounds.unclear(); // A folded line; what it belongs to is not for us to find out.
        } else if (isNamed(CONTENT_LENGTH, line, next)) {
            contentLength(new String(bytes, line, next - line, StandardCharsets.ISO_8859_1)
                    .substring(CONTENT_LENGTH.length + 1)
                    .strip());
        } else if (isNamed(TRANSFER_ENCODING, line, next)) {
            String coding = new String(bytes, line, next - line, StandardCharsets.ISO_8859_1)
                    .substring(TRANSFER_ENCODING.length + 1)
                    .strip();
            body = lengthGiven || !coding.equalsIgnoreCase("chunked") ? BodyBounds.unclear() : BodyBounds.inChunks();
            lengthGiven = true;
        } else if (isNamed(UPGRADE, line, next)) {
            upgrade = true;
        }
    }

    private void contentLength(String digits) {
        boolean readable = Digits.only(digits, LENGTH_DIGITS_MAX);
        body = lengthGiven || !readable ? BodyBounds.unclear() : BodyBounds.ofLength(Long.parseLong(digits));
        lengthGiven = true;
    }

    private boolean isNamed(byte[] name, int line, int next) {
        if (next - line <= name.length || bytes[line + name.length] != ':') {
            return false;
        }
        for (int at = 0; at < name.length; at++) {
            if ((bytes[line + at] | 0x20) != name[at]) { // Letters in lower case; a hyphen is what it is.
                return false;
            }
        }
        return true;
    }

    private int nextLine(int from) {
        int at = from;
        while (at < end && bytes[at] != '\n') {
            at++;
        }
        return Math.min(at + 1, end);
    }

    private String requestLine(int part) {
        int length = nextLine(start) - start;
        String[] parts = new String(bytes, start, length, StandardCharsets.ISO_8859_1)
                .strip()
                .split(" ");
        return part < parts.length ? parts[part] : "";
    }

    private List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        String head = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        head.lines().skip(1).forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.add(new Field(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip()));
            }
        });
        return fields;
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
