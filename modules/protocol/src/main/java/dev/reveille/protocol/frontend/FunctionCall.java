package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.Format;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** FunctionCall: calls one function by its object identifier. Old, but still served. */
public record FunctionCall(
        int functionId, List<Format> argumentFormats, List<Optional<ByteString>> arguments, Format resultFormat)
        implements FrontendMessage {

    public static final byte TAG = 'F';

    public FunctionCall {
        argumentFormats = List.copyOf(argumentFormats);
        arguments = List.copyOf(arguments);
    }

    public static FunctionCall decode(ByteString body) {
        BodyReader in = new BodyReader("FunctionCall", body);
        FunctionCall message = new FunctionCall(in.int32(), in.formats(), in.values(), in.format());
        in.end();
        return message;
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        return new BodyWriter()
                .int32(functionId)
                .formats(argumentFormats)
                .values(arguments)
                .int16(resultFormat.code())
                .body();
    }
}
