package dev.reveille.gateway.sql.request;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/** Undoes percent-encoding (RFC 3986, section 2.1). What is no encoding stays as it is, as browsers have it. */
final class PercentText {

    private static final int HEX = 16;

    private PercentText() {}

    static ByteString decode(String text) {
        if (text.indexOf('%') < 0) {
            return ByteString.fromString(text, StandardCharsets.UTF_8);
        }
        ByteStringBuilder out = ByteString.createBuilder();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at++) {
            int high = at + 2 < bytes.length && bytes[at] == '%' ? Character.digit(bytes[at + 1], HEX) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[at + 2], HEX);
            if (low < 0) {
                out.addOne(bytes[at]);
            } else {
                out.addOne((byte) (high * HEX + low));
                at += 2;
            }
        }
        return out.result();
    }

    /** As in the query of a URL, where a plus sign is a space. */
    static ByteString decodeQuery(String text) {
        return decode(text.replace('+', ' '));
    }
}
