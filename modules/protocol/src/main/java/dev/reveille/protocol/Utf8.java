package dev.reveille.protocol;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Reads text that must be UTF-8, where a replacement character could make two different names the same. */
public final class Utf8 {

    private static final char REPLACEMENT = '\uFFFD';

    private Utf8() {}

    /** The text of these bytes, or nothing where they are not UTF-8. */
    public static Optional<String> strict(ByteString bytes) {
        String text = bytes.utf8String();
        if (text.indexOf(REPLACEMENT) < 0) {
            return Optional.of(text);
        }
        try { // Either they are not, or they do hold this very character.
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.asByteBuffer())
                    .toString());
        } catch (CharacterCodingException _) {
            return Optional.empty();
        }
    }
}
