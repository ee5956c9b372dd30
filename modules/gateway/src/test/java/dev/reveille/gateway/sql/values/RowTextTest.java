package dev.reveille.gateway.sql.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.protocol.Format;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.protocol.backend.RowDescription.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spec 03 §6.3, §6.4 and scenarios 17 to 22. Each text is what PostgreSQL 15 prints for the type. */
class RowTextTest {

    private static final int BOOL = 16;
    private static final int INT8 = 20;
    private static final int INT4 = 23;
    private static final int TEXT = 25;
    private static final int JSONB = 3802;

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                // bool, numbers that fit, and numbers that do not
                "16~t~true",
                "16~f~false",
                "21~-32768~-32768",
                "23~42~42",
                "20~9007199254740993~\"9007199254740993\"",
                "1700~12345678901234567890123.450~\"12345678901234567890123.450\"",
                "790~$1,000.00~\"$1,000.00\"",
                "26~4294967295~\"4294967295\"",
                "28~1234~\"1234\"",
                "700~1.5~1.5",
                "700~NaN~\"NaN\"",
                "701~42~42",
                "701~1e+300~1e+300",
                "701~1e-05~1e-05",
                "701~-0~-0",
                "701~Infinity~\"Infinity\"",
                "701~-Infinity~\"-Infinity\"",
                // JSON, verbatim
                "114~{\"b\":1,  \"a\":2}~{\"b\":1,  \"a\":2}",
                "3802~null~null",
                "3802~{\"key\": \"val\"}~{\"key\": \"val\"}",
                // text of all kinds
                "25~foo~\"foo\"",
                "25~a\"b\\c/d~\"a\\\"b\\\\c/d\"",
                "25~žluťoučký 🐎~\"žluťoučký 🐎\"",
                "17~\\x6162~\"\\\\x6162\"",
                "1184~2026-11-27 03:00:00+00~\"2026-11-27 03:00:00+00\"",
                "1186~PT0S~\"PT0S\"",
                "3904~[1,10)~\"[1,10)\"",
                "22~1 2 3~\"1 2 3\"",
                "30~16 23~\"16 23\"",
                "603~(1,1),(0,0)~\"(1,1),(0,0)\"",
                // a type that nobody knows, and no array for having braces
                "99999~{a}~\"{a}\"",
                // arrays
                "1007~{1,2,NULL}~[1,2,null]",
                "1007~{}~[]",
                "1009~{}~[]",
                "1009~{\"\"}~[\"\"]",
                "1009~{NULL,\"NULL\",null}~[null,\"NULL\",\"null\"]",
                "1009~{\"aa\\\"\\\\\\,a\",cha}~[\"aa\\\"\\\\,a\",\"cha\"]",
                "1009~{\"a b\",c d}~[\"a b\",\"c d\"]",
                "1007~[0:1]={1,2}~[1,2]",
                "1005~[1:1][-2:-1][3:5]={{{1,2,3},{4,5,6}}}~[[[1,2,3],[4,5,6]]]",
                "1000~{{t,NULL},{NULL,f}}~[[true,null],[null,false]]",
                "1000~{t,f}~[true,false]",
                "1016~{9007199254740993}~[\"9007199254740993\"]",
                "1022~{1.5,NaN,-Infinity}~[1.5,\"NaN\",\"-Infinity\"]",
                "3807~{\"{\\\"foo\\\": 1}\", \"{\\\"bar\\\": 2}\"}~[{\"foo\": 1},{\"bar\": 2}]",
                "3807~{\"{\\\"foo\\\": 1}\"}~[{\"foo\": 1}]",
                "3807~{\"null\",NULL}~[null,null]",
                "199~{1,\"[1, 2]\"}~[1,[1, 2]]",
                "1020~{(1,1),(0,0);(3,3),(2,2)}~[\"(1,1),(0,0)\",\"(3,3),(2,2)\"]",
                "1006~{\"1 2\",\"3\"}~[\"1 2\",\"3\"]",
                "1017~{\"(1,2)\",\"(3,4)\"}~[\"(1,2)\",\"(3,4)\"]",
                "1115~{\"2026-11-27 03:00:00\"}~[\"2026-11-27 03:00:00\"]",
            })
    void whatPostgresPrintsIsWrittenAsItsTypeSays(int type, String printed, String json) throws Exception {
        assertThat(value(type, printed)).isEqualTo(json);
    }

    @Test
    void controlCharactersAreEscapedInTextAndInArrays() throws Exception {
        assertThat(value(TEXT, "\b\t\n\f\r\u0001\u001f\u007f")).isEqualTo("\"\\b\\t\\n\\f\\r\\u0001\\u001f\u007f\"");
        assertThat(value(1009, "{\"a\nb\t\\\"\\\\\"}")).isEqualTo("[\"a\\nb\\t\\\"\\\\\"]");
    }

    @Test
    void anArrayOfATypeThatSomebodyMadeIsReadByItsDelimiter() throws Exception {
        // Given
        ColumnType enums = new ColumnType(ColumnType.Scalar.TEXT, true, ',');
        ColumnType odd = new ColumnType(ColumnType.Scalar.INT, true, ';');

        // Then
        assertThat(row(List.of(enums, odd), List.of("{foo,bar}", "{1;2}"), true, false))
                .isEqualTo("[[\"foo\",\"bar\"],[1,2]]");
    }

    @Test
    void rawAndArrayModesAreIndependent() throws Exception {
        // Given
        List<ColumnType> types = List.of(
                BuiltInTypes.find(INT4).orElseThrow(),
                BuiltInTypes.find(TEXT).orElseThrow(),
                BuiltInTypes.find(1007).orElseThrow());
        List<String> values = List.of("1", "a", "{1,2,3}");

        // Then
        assertThat(row(types, values, false, false)).isEqualTo("{\"c0\":1,\"c1\":\"a\",\"c2\":[1,2,3]}");
        assertThat(row(types, values, true, false)).isEqualTo("[1,\"a\",[1,2,3]]");
        assertThat(row(types, values, false, true)).isEqualTo("{\"c0\":\"1\",\"c1\":\"a\",\"c2\":\"{1,2,3}\"}");
        assertThat(row(types, values, true, true)).isEqualTo("[\"1\",\"a\",\"{1,2,3}\"]");
    }

    @Test
    void nullIsNullInEveryModeAndType() throws Exception {
        for (int type : new int[] {BOOL, INT8, TEXT, JSONB, 1007}) {
            for (boolean raw : new boolean[] {true, false}) {
                assertThat(row(List.of(BuiltInTypes.find(type).orElseThrow()), Arrays.asList((String) null), true, raw))
                        .isEqualTo("[null]");
            }
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "16~true",
                "16~``",
                "23~1.5.2",
                "23~1]",
                "23~``",
                "23~-",
                "21~01",
                "1007~{1,2",
                "1007~1,2}",
                "1007~{1,,2}",
                "1007~{1,}",
                "1007~{,1}",
                "1007~{1}{2}",
                "1007~{1}x",
                "1007~[0:1]",
                "1007~``",
                "1007~{{1}2}",
                "1007~{1{2}}",
                "1009~{\"a}",
                "1009~{\"a\\",
                "1009~{\"a\"b}",
                "1009~{{{{{{{1}}}}}}}",
                "1007~{x}",
                "1009~a",
            })
    void whatIsNotWhatItsTypeSaysIsToldApart(int type, String printed) {
        assertThatExceptionOfType(MalformedValue.class).isThrownBy(() -> value(type, printed));
    }

    @Test
    void textThatIsNotUtf8IsNeverSentOn() {
        byte[] latin1 = {'a', (byte) 0xe9};
        for (int type : new int[] {TEXT, 114}) {
            assertThatExceptionOfType(MalformedValue.class)
                    .isThrownBy(() -> write(
                            List.of(BuiltInTypes.find(type).orElseThrow()),
                            List.of(Optional.of(ByteString.fromArray(latin1))),
                            true,
                            false));
        }
    }

    @Test
    void aRowOfAnotherShapeThanAnnouncedIsToldApart() {
        byte[] good = new DataRow(List.of(Optional.of(ByteString.fromString("1"))))
                .body()
                .toArray();
        RowText text = rows(List.of(ColumnType.TEXT), true, false);
        for (int length = 0; length < good.length; length++) {
            int cut = length;
            assertThatExceptionOfType(MalformedValue.class)
                    .isThrownBy(() -> text.write(good, 0, cut, new JsonBytes(8)));
        }
        assertThatExceptionOfType(MalformedValue.class)
                .isThrownBy(
                        () -> text.write(Arrays.copyOf(good, good.length + 1), 0, good.length + 1, new JsonBytes(8)));
        assertThatExceptionOfType(MalformedValue.class)
                .isThrownBy(() -> rows(List.of(ColumnType.TEXT, ColumnType.TEXT), true, false)
                        .write(good, 0, good.length, new JsonBytes(8)));
    }

    @Test
    void noRowOfRandomBytesDoesMoreThanBeRefused() {
        Random random = new Random(20261127);
        ColumnType[] types = {
            ColumnType.TEXT,
            BuiltInTypes.find(1009).orElseThrow(),
            BuiltInTypes.find(701).orElseThrow(),
            BuiltInTypes.find(JSONB).orElseThrow()
        };
        byte[] alphabet = "{}[],;\"\\= NULLtf01.e-:a\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int round = 0; round < 50_000; round++) {
            byte[] value = new byte[random.nextInt(24)];
            for (int at = 0; at < value.length; at++) {
                value[at] =
                        random.nextInt(10) == 0 ? (byte) random.nextInt() : alphabet[random.nextInt(alphabet.length)];
            }
            ColumnType type = types[random.nextInt(types.length)];
            try {
                write(List.of(type), List.of(Optional.of(ByteString.fromArray(value))), true, false);
            } catch (MalformedValue _) {
                continue; // As it should.
            }
        }
    }

    private static String value(int type, String printed) throws MalformedValue {
        String row = row(List.of(BuiltInTypes.find(type).orElse(ColumnType.TEXT)), List.of(printed), true, false);
        return row.substring(1, row.length() - 1);
    }

    private static String row(List<ColumnType> types, List<String> values, boolean asArrays, boolean raw)
            throws MalformedValue {
        return write(
                types,
                values.stream()
                        .map(value -> Optional.ofNullable(value).map(ByteString::fromString))
                        .toList(),
                asArrays,
                raw);
    }

    private static String write(
            List<ColumnType> types, List<Optional<ByteString>> values, boolean asArrays, boolean raw)
            throws MalformedValue {
        byte[] body = new DataRow(values).body().toArray();
        JsonBytes out = new JsonBytes(8);
        rows(types, asArrays, raw).write(body, 0, body.length, out);
        return out.take(0).utf8String();
    }

    private static RowText rows(List<ColumnType> types, boolean asArrays, boolean raw) {
        List<Column> columns = new ArrayList<>();
        for (int at = 0; at < types.size(); at++) {
            columns.add(new Column("c" + at, 0, (short) 0, TEXT, (short) -1, -1, Format.TEXT));
        }
        return new RowText(new RowDescription(columns), types, asArrays, raw);
    }
}
