package dev.reveille.protocol;

import org.apache.pekko.util.ByteString;

/** What a decoder found in the bytes received so far. */
public sealed interface Decoded<T> {

    /** One whole value, and the bytes that follow it. */
    record Complete<T>(T value, ByteString rest) implements Decoded<T> {

        /** Shows how much follows, not what: the bytes belong to the peer. */
        @Override
        public String toString() {
            return "Complete[%s, %d bytes left]".formatted(value, rest.size());
        }
    }

    /** Nothing whole yet: ask again when more bytes have come. */
    record Incomplete<T>() implements Decoded<T> {}

    /** Bytes that no later byte can mend. The reason holds facts for the log, never content. */
    record Malformed<T>(String reason) implements Decoded<T> {}
}
