package dev.reveille.gateway.bench;

import dev.reveille.gateway.sql.answer.AnswerText;
import dev.reveille.gateway.sql.values.BuiltInTypes;
import dev.reveille.gateway.sql.values.ColumnType;
import dev.reveille.protocol.Format;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.protocol.backend.RowDescription.Column;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** Prints how long rows take to become JSON: nanoseconds for each. Run {@code main}; nothing is asserted. */
final class RowTextBench {

    private static final int ROUNDS = 40;
    private static final int ROWS = 10_000;

    private RowTextBench() {}

    public static void main(String[] arguments) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            long one = measure(1, 100_000, 23, "1");
            long rows = measure(ROWS, 20, 25, "twenty bytes of text");
            long arrays = measure(ROWS, 20, 1007, "{1,2,3,NULL,5}");
            if (round == ROUNDS - 1) {
                System.out.printf(
                        "select 1, whole answer: %d ns; row of text: %d ns; row with an array: %d ns%n",
                        one, rows, arrays);
            }
        }
    }

    private static long measure(int rows, int answers, int type, String value) throws Exception {
        Optional<RowDescription> fields = Optional.of(
                new RowDescription(List.of(new Column("a", 0, (short) 0, type, (short) -1, -1, Format.TEXT))));
        List<ColumnType> types = List.of(BuiltInTypes.find(type).orElseThrow());
        byte[] row = new DataRow(List.of(Optional.of(ByteString.fromString(value))))
                .body()
                .toArray();
        long begun = System.nanoTime();
        for (int answer = 0; answer < answers; answer++) {
            AnswerText text = new AnswerText(false, false, Integer.MAX_VALUE, 4_096);
            text.fields(fields, types, false);
            for (int at = 0; at < rows; at++) {
                text.row(row, 0, row.length);
            }
            text.completed("SELECT 1");
            text.end();
            text.take(0);
        }
        return (System.nanoTime() - begun) / ((long) rows * answers);
    }
}
