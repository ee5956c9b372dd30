package dev.reveille.gateway.sql;

import dev.reveille.gateway.sql.values.BuiltInTypes;
import dev.reveille.gateway.sql.values.ColumnType;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.session.statement.StatementListener;
import dev.reveille.session.statement.StatementOutcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.util.ByteString;

/** Hears the answer of a look-up of types: OID, whether it is an array, the OID of its elements, and their delimiter. */
final class TypeLookUp implements StatementListener {

    private static final int COLUMNS = 4;

    private final CompletableFuture<Map<Integer, ColumnType>> found = new CompletableFuture<>();
    private final Map<Integer, ColumnType> types = new HashMap<>();

    /** The types that there are. Fails where there was no answer, or none that makes sense. */
    CompletableFuture<Map<Integer, ColumnType>> found() {
        return found;
    }

    @Override
    public void reached(Origin origin) {
        // How it is come by is the pool's business.
    }

    @Override
    public void fields(int statement, Optional<RowDescription> fields) {
        // They are those that were asked for.
    }

    @Override
    public void row(int statement, byte[] bytes, int offset, int length) {
        try {
            DataRow row = DataRow.decode(ByteString.fromArray(bytes, offset, length));
            if (row.columns().size() != COLUMNS) {
                throw new ProtocolViolation("DataRow", "an answer of another shape");
            }
            int oid = oid(text(row, 0));
            boolean array = text(row, 1).equals("t");
            String delimiter = text(row, 3);
            types.put(
                    oid,
                    array && delimiter.length() == 1
                            ? new ColumnType(BuiltInTypes.scalar(oid(text(row, 2))), true, delimiter.charAt(0))
                            : ColumnType.TEXT);
        } catch (ProtocolViolation | NumberFormatException malformed) {
            found.completeExceptionally(malformed);
        }
    }

    @Override
    public void completed(int statement, String tag) {
        // The end says all.
    }

    @Override
    public void ended(StatementOutcome outcome) {
        if (outcome instanceof StatementOutcome.Done) {
            found.complete(types);
        } else {
            found.completeExceptionally(new IllegalStateException("the look-up ended otherwise"));
        }
    }

    private static String text(DataRow row, int column) {
        return row.columns().get(column).orElse(ByteString.emptyByteString()).utf8String();
    }

    private static int oid(String text) {
        return Integer.parseUnsignedInt(text);
    }
}
