package dev.reveille.gateway.sql.values;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Whether a compute's text is the UTF-8 that was asked for: a statement may change the session's encoding. */
final class Utf8Text {

    private Utf8Text() {}

    static void check(byte[] source, int offset, int length) throws MalformedValue {
        if (isAscii(source, offset, length)) {
            return;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source, offset, length));
        } catch (CharacterCodingException _) {
            throw new MalformedValue("text that is not UTF-8");
        }
    }

    private static boolean isAscii(byte[] source, int offset, int length) {
        int seen = 0;
        for (int at = offset; at < offset + length; at++) {
            seen |= source[at];
        }
        return (seen & 0x80) == 0;
    }
}
