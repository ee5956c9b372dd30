package dev.reveille.protocol;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;

/** Bytes as the tests write them: hexadecimal digits, and text in quotes, with blanks between. */
public final class Wire {

    private static final Pattern PART = Pattern.compile("'([^']*)'|([0-9a-f]+)|\\s+");

    private Wire() {}

    /** {@code bytes("'Q' 0000000d 'select 1' 00")} */
    public static ByteString bytes(String notation) {
        ByteString bytes = ByteString.emptyByteString();
        Matcher part = PART.matcher(notation);
        int at = 0;
        while (at < notation.length()) {
            if (!part.find(at) || part.start() != at) {
                throw new IllegalArgumentException("not in the notation: " + notation.substring(at));
            }
            if (part.group(1) != null) {
                bytes = bytes.concat(ByteString.fromString(part.group(1)));
            } else if (part.group(2) != null) {
                bytes = bytes.concat(ByteString.fromArray(HexFormat.of().parseHex(part.group(2))));
            }
            at = part.end();
        }
        return bytes.compact();
    }

    /** The same bytes in as many pieces: what arrives from a slow network. */
    public static ByteString inPieces(ByteString bytes) {
        ByteString pieces = ByteString.emptyByteString();
        for (int at = 0; at < bytes.size(); at++) {
            pieces = pieces.concat(bytes.slice(at, at + 1).compact());
        }
        return pieces;
    }

    /** All beginnings of these bytes, from none of them to all but the last. */
    public static List<ByteString> beginnings(ByteString bytes) {
        List<ByteString> beginnings = new ArrayList<>();
        for (int length = 0; length < bytes.size(); length++) {
            beginnings.add(bytes.take(length));
        }
        return beginnings;
    }
}
