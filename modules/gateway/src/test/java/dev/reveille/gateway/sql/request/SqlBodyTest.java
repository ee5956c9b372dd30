package dev.reveille.gateway.sql.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.session.statement.Statement;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec 03 §4.6 and §4.7, scenario 22. */
class SqlBodyTest {

    @Test
    void oneStatementIsRead() throws Exception {
        // When
        SqlBody body = parse(
                "{\"types\":{\"a\":[1]},\"query\":\"select $1\",\"params\":[\"é\"],\"arrayMode\":true,\"fullResults\":true}");

        // Then
        assertThat(body.batch()).isFalse();
        assertThat(body.asked())
                .containsExactly(new SqlBody.Asked(
                        new Statement("select $1", List.of(Optional.of(ByteString.fromString("é")))),
                        Optional.of(true)));
    }

    @Test
    void aBatchIsRead() throws Exception {
        // When
        SqlBody body = parse("{\"queries\":[{\"query\":\"a\"},{\"query\":\"b\",\"params\":[],\"arrayMode\":null}]}");

        // Then
        assertThat(body.batch()).isTrue();
        assertThat(body.asked()).extracting(asked -> asked.statement().sql()).containsExactly("a", "b");
        assertThat(body.asked()).extracting(SqlBody.Asked::arrayMode).containsOnly(Optional.empty());
    }

    @Test
    void anEmptyBatchIsABatch() throws Exception {
        assertThat(parse("{\"queries\":[]}")).isEqualTo(new SqlBody(List.of(), true));
    }

    @Test
    void whatFitsBothFormsIsASingleStatement() throws Exception {
        assertThat(parse("{\"queries\":[],\"query\":\"a\"}").batch()).isFalse();
        assertThat(parse("{\"query\":5,\"queries\":[{\"query\":\"a\"}]}").batch())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "true~true",
                "false~false",
                "42~42",
                "1e2~1e2",
                "-0.10~-0.10",
                "12345678901234567890123~12345678901234567890123",
                "0.12345678901234567890123e-400~0.12345678901234567890123e-400",
                "\"a\\nb\"~`a\nb`",
                "{\"b\":1,  \"a\" :[2.0,\"x\\u0041\"], \"b\":{}}~{\"b\":1,  \"a\" :[2.0,\"x\\u0041\"], \"b\":{}}",
                "{}~{}",
                "[]~{}",
                "[[]]~{{}}",
                "[1,2,3]~{1,2,3}",
                "[true,false,null,\"NULL\",42,\"foo\",\"bar\\\"-\\\\\"]~{true,false,NULL,\"NULL\",42,\"foo\",\"bar\\\"-\\\\\"}",
                "[[true,false],[null,42]]~{{true,false},{NULL,42}}",
                "[{\"foo\":1},{\"bar\":2}]~{\"{\\\"foo\\\":1}\",\"{\\\"bar\\\":2}\"}",
                "[\"a\\nb\\t\\\"\\\\\"]~`{\"a\nb\t\\\"\\\\\"}`",
                "[\"\",\"é🐎\"]~{\"\",\"é🐎\"}",
            })
    void aParameterIsBoundAsItsText(String json, String text) throws Exception {
        for (String space : new String[] {"", "  ", "\n"}) {
            SqlBody body = parse("{\"query\":\"é\",\"params\":[" + space + json + space + ",null]}");
            assertThat(body.asked().getFirst().statement().parameters())
                    .containsExactly(Optional.of(ByteString.fromString(text)), Optional.empty());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "\"x\"",
                "{",
                "{}",
                "{\"query\":null}",
                "{\"query\":\"a\",\"params\":null}",
                "{\"query\":\"a\",\"params\":{}}",
                "{\"query\":\"a\",\"arrayMode\":1}",
                "{\"query\":\"a\"}x",
                "{\"query\":\"a\"}{}",
                "{\"Query\":\"a\"}",
                "{\"queries\":{}}",
                "{\"queries\":[1]}",
                "{\"queries\":[{}]}",
                "{\"queries\":[{\"queries\":[]}]}",
                "{\"query\":\"a\",\"query\":\"b\"}",
                "{\"query\":\"a\",\"params\":[NaN]}",
                "{\"query\":\"a\",\"params\":[01]}",
                "{\"query\":\"a\",\"params\":['b']}",
                "{\"query\":\"a\",}",
                "{\"query\":\"a\",\"params\":[1,]}",
                "{\"query\":\"a\nb\"}",
            })
    void whatIsNeitherFormIsRefused(String body) {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> parse(body))
                .matches(
                        refused -> refused.status() == 400 && refused.sqlState().equals("22P02"))
                .withMessageStartingWith("could not parse the HTTP request body: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"query\":\"a\\u0000\"}",
                "{\"query\":\"a\",\"params\":[\"\\u0000\"]}",
                "{\"query\":\"a\",\"params\":[[\"\\u0000\"]]}",
                "{\"query\":\"\\ud800\"}",
                "{\"query\":\"a\",\"params\":[\"\\udc00\\ud800\"]}",
            })
    void textThatPostgresCannotHoldIsRefused(String body) {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> parse(body))
                .matches(refused -> refused.sqlState().equals("22021"));
    }

    @Test
    void otherEncodingsThanUtf8AreRefused() {
        String good = "{\"query\":\"select 1\"}";
        for (var charset : List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_32BE)) {
            assertThatExceptionOfType(RequestRefused.class).isThrownBy(() -> SqlBody.parse(good.getBytes(charset)));
        }
        assertThatExceptionOfType(RequestRefused.class).isThrownBy(() -> parse("\ufeff" + good));
    }

    @Test
    void nestingIsBounded() throws Exception {
        int deep = SqlBody.DEPTH_MAX - 2; // The body's own object and its array count too.
        assertThat(parse(nested(deep)).asked()).hasSize(1);
        assertThatExceptionOfType(RequestRefused.class).isThrownBy(() -> parse(nested(deep + 1)));
        assertThatExceptionOfType(RequestRefused.class).isThrownBy(() -> parse(nested(1_000_000)));
    }

    @Test
    void statementsAndParametersAreBounded() {
        String many = "{\"query\":\"\"},".repeat(SqlBody.BATCH_MAX) + "{\"query\":\"\"}";
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> parse("{\"queries\":[" + many + "]}"))
                .matches(refused -> refused.sqlState().equals("54000"));
        String params = "1,".repeat(Statement.PARAMETERS_MAX) + "1";
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> parse("{\"query\":\"\",\"params\":[" + params + "]}"))
                .matches(refused -> refused.sqlState().equals("54023"));
    }

    @Test
    void noMutilatedBodyDoesMoreThanBeRefused() {
        Random random = new Random(20261127);
        byte[] good =
                ("{\"queries\":[{\"query\":\"select $1, 'é'\",\"params\":[1e2,null,[\"a\\\"\",{\"b\":[1]}],{\"c\":\"\\u00e9\"}]},"
                                + "{\"query\":\"\",\"arrayMode\":false}]}")
                        .getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 100_000; round++) {
            byte[] body = random.nextInt(10) == 0 ? new byte[random.nextInt(64)] : good.clone();
            if (body.length != good.length) {
                random.nextBytes(body);
            }
            for (int change = random.nextInt(5); change > 0 && body.length > 0; change--) {
                int at = random.nextInt(body.length);
                body[at] = random.nextBoolean() ? (byte) random.nextInt() : good[random.nextInt(good.length)];
            }
            if (random.nextInt(4) == 0) {
                body = Arrays.copyOf(body, random.nextInt(body.length + 1));
            }
            try {
                SqlBody.parse(body);
            } catch (RequestRefused refused) {
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.getMessage()).doesNotContain("\0");
            }
        }
    }

    private static String nested(int depth) {
        return "{\"query\":\"\",\"params\":[" + "[".repeat(depth) + "]".repeat(depth) + "]}";
    }

    private static SqlBody parse(String body) throws RequestRefused {
        return SqlBody.parse(body.getBytes(StandardCharsets.UTF_8));
    }
}
