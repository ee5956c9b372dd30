package dev.reveille.node.training;

import dev.reveille.protocol.Decoded;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import org.apache.pekko.util.ByteString;

/** Cuts messages off a stream; for one thread. */
final class Reading {

    private static final int READ_MAX = 8_192;

    private final InputStream in;
    private ByteString held = ByteString.emptyByteString();

    Reading(InputStream in) {
        this.in = in;
    }

    <T> T next(Function<ByteString, Decoded<T>> decode) throws IOException {
        while (true) {
            switch (decode.apply(held)) {
                case Decoded.Complete<T>(T value, ByteString rest) -> {
                    held = rest;
                    return value;
                }
                case Decoded.Malformed<T>(String reason) -> throw new IOException(reason);
                case Decoded.Incomplete<T> _ -> more();
            }
        }
    }

    private void more() throws IOException {
        byte[] buffer = new byte[READ_MAX];
        int count = in.read(buffer);
        if (count < 0) {
            throw new IOException("the other side hung up");
        }
        held = held.concat(ByteString.fromArrayUnsafe(buffer, 0, count));
    }
}
