package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.Format;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** RowDescription: the columns of the rows that follow. */
public record RowDescription(List<Column> columns) implements BackendMessage {

    public static final byte TAG = 'T';

    public RowDescription {
        columns = List.copyOf(columns);
    }

    /**
     * One column. The identifiers are zero where the column is not simply one of a table; a negative type size says that
     * the size varies; the modifier is what the type makes of it, such as the length of a varchar.
     */
    public record Column(
            String name, int tableId, short attribute, int typeId, short typeSize, int typeModifier, Format format) {

        static Column read(BodyReader in) {
            return new Column(in.text(), in.int32(), in.int16(), in.int32(), in.int16(), in.int32(), in.format());
        }

        BodyWriter write(BodyWriter out) {
            return out.text(name)
                    .int32(tableId)
                    .int16(attribute)
                    .int32(typeId)
                    .int16(typeSize)
                    .int32(typeModifier)
                    .int16(format.code());
        }
    }

    public static RowDescription decode(ByteString body) {
        BodyReader in = new BodyReader("RowDescription", body);
        int count = in.count16();
        List<Column> columns = new ArrayList<>();
        for (int at = 0; at < count; at++) {
            columns.add(Column.read(in));
        }
        in.end();
        return new RowDescription(columns);
    }

    @Override
    public byte tag() {
        return TAG;
    }

    @Override
    public ByteString body() {
        BodyWriter out = new BodyWriter().count16(columns);
        columns.forEach(column -> column.write(out));
        return out.body();
    }
}
