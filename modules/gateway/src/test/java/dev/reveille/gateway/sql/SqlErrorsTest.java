package dev.reveille.gateway.sql;

import static dev.reveille.gateway.sql.ScriptedDesk.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.statement.StatementOutcome;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to be refused (spec 03 §7, scenarios 29, 30, 42, 46 to 48, 50). */
class SqlErrorsTest {

    private SqlHouse house = SqlHouse.open(Settings.small());

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void anErrorOfPostgresShowsAllItsFieldsAndNoOthers() throws Exception {
        // Given
        ErrorFields error = ErrorFields.of("ERROR", "42P01", "relation \"nope\" does not exist")
                .with((byte) 'P', "15")
                .with((byte) 'F', "parse_relation.c")
                .with((byte) 'L', "1392")
                .with((byte) 'R', "parserOpenTable");
        house.desk.always(call -> call.reached().ended(new StatementOutcome.Refused(0, error)));

        // When
        HttpResponse<String> answer = house.post("{\"query\":\"x\"}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo("{\"message\":\"relation \\\"nope\\\" does not exist\",\"code\":\"42P01\",\"detail\":null,"
                        + "\"hint\":null,\"position\":\"15\",\"internalPosition\":null,\"internalQuery\":null,"
                        + "\"severity\":\"ERROR\",\"where\":null,\"table\":null,\"column\":null,\"schema\":null,"
                        + "\"dataType\":null,\"constraint\":null,\"file\":\"parse_relation.c\",\"line\":\"1392\","
                        + "\"routine\":\"parserOpenTable\"}");
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.headers().firstValue("access-control-allow-origin")).contains("*");
    }

    @Test
    void anErrorInABatchSaysWhichStatementItWas() throws Exception {
        house.desk.always(call ->
                call.reached().ended(new StatementOutcome.Refused(1, ErrorFields.of("ERROR", "23505", "duplicate"))));
        assertThat(house.post("{\"queries\":[{\"query\":\"a\"},{\"query\":\"b\"}]}")
                        .body())
                .endsWith(",\"queryIndex\":1}");
        house.desk.always(call ->
                call.reached().ended(new StatementOutcome.Refused(-1, ErrorFields.of("ERROR", "40001", "commit"))));
        assertThat(house.post("{\"queries\":[{\"query\":\"a\"}]}").body()).endsWith(",\"queryIndex\":null}");
    }

    static Stream<Object[]> failures() {
        return Stream.of(
                outcome(
                        new SessionFailure.ComputeUnreachable("10.0.0.1: refused"),
                        503,
                        "08006",
                        "Couldn't connect to compute node"),
                outcome(SessionFailure.Plain.TOO_MANY_CONNECTION_ATTEMPTS, 503, "53300", "Failed to acquire permit"),
                outcome(SessionFailure.Plain.COMPUTE_TOO_SLOW, 503, "57P03", "the database did not answer in time"),
                outcome(SessionFailure.Plain.LEAVING, 503, "57P01", "terminating connection"),
                outcome(
                        new SessionFailure.ControlPlaneRefused("Control plane request failed", "x", true),
                        503,
                        "57P03",
                        "Control plane"),
                outcome(
                        new SessionFailure.ControlPlaneRefused("Control plane request failed", "x", false),
                        503,
                        "57P03",
                        "Control plane"),
                outcome(
                        new SessionFailure.ControlPlaneRefused("endpoint is disabled", "x", false),
                        400,
                        "08001",
                        "endpoint is disabled"),
                outcome(new SessionFailure.ComputeLoginImpossible("md5"), 400, "28000", "authentication error"),
                outcome(
                        new SessionFailure.ComputeRefused(
                                new ErrorResponse(ErrorFields.of("FATAL", "3D000", "database \"x\" does not exist"))),
                        400,
                        "3D000",
                        "database"),
                outcome(
                        new SessionFailure.ComputeRefused(
                                new ErrorResponse(ErrorFields.of("FATAL", "53300", "too many connections"))),
                        400,
                        "53300",
                        "too many"),
                new Object[] {
                    new StatementOutcome.Lost(SessionFailure.Plain.COMPUTE_LEFT),
                    400,
                    "08006",
                    "the database server closed"
                },
                new Object[] {new StatementOutcome.Cancelled(), 400, "57014", "canceling statement"},
                new Object[] {
                    new StatementOutcome.RowTooLong(0, 99), 507, "54000", "response is too large (max is 4096 bytes)"
                });
    }

    private static Object[] outcome(SessionFailure failure, int status, String sqlState, String text) {
        return new Object[] {new StatementOutcome.Unreached(failure), status, sqlState, text};
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyEndHasItsStatusAndSqlState(StatementOutcome outcome, int status, String sqlState, String text)
            throws Exception {
        // Given
        house.desk.always(call -> call.ended(outcome));

        // When
        HttpResponse<String> answer = house.post("{\"query\":\"x\"}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(status);
        assertError(answer, sqlState, text);
        assertThat(answer.body()).contains("\"detail\":null").doesNotContain("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "postgres://app:wrong@ep-a/db ~ 28P01 ~ password authentication failed for user 'app'",
                "postgres://nobody:secret@ep-a/db ~ 28P01 ~ password authentication failed for user 'nobody'",
                "postgres://app:secret@ep-zzz/db ~ 28P01 ~ password authentication failed for user 'app'",
                "postgres://fenced:secret@ep-b/db ~ 28000 ~ This IP address 127.0.0.1 is not allowed",
                "http://app:secret@ep-a/db ~ 08001 ~ incorrect scheme",
                "postgres://ep-a/db ~ 28000 ~ missing username",
                "postgres://app:secret@ep-a ~ 08001 ~ missing database name",
                "postgres://app@ep-a/db ~ 28000 ~ missing authentication credentials: required password",
                "postgres://app:secret@ep-a/d%00x ~ 08001 ~ invalid connection string",
            })
    void whoeverMayNotComeInIsToldInJsonAndReachesNoCompute(String url, String sqlState, String text) throws Exception {
        // When
        HttpResponse<String> answer = house.post("{\"query\":\"x\"}", "Neon-Connection-String", url);

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertError(answer, sqlState, text);
        assertThat(house.desk.count()).isZero();
    }

    @Test
    void aTokenIsRefusedWhereNobodyChecksTokens() throws Exception {
        HttpResponse<String> answer = house.post("{\"query\":\"x\"}", "Authorization", "Bearer a.b.c");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertError(answer, "28000", "missing authentication credentials: required password");
    }

    @Test
    void aBodyOfExactlyTheLimitIsReadAndOneByteMoreIsNot() throws Exception {
        // Given
        house.desk.always(
                call -> call.reached().fields(0, TEXT).completed(0, "SELECT 0").done());
        int max = Settings.small().requestBytes();
        String good = "{\"query\":\"" + "x".repeat(max - 12) + "\"}";

        // Then
        for (boolean announced : new boolean[] {true, false}) {
            assertThat(send(good, announced).statusCode()).isEqualTo(200);
            HttpResponse<String> refused = send(good + " ", announced);
            assertThat(refused.statusCode()).isEqualTo(413);
            assertError(refused, "54000", "request is too large (max is " + max + " bytes)");
            assertThat(send(good, announced).statusCode()).isEqualTo(200);
        }
        house.holdsNothing();
    }

    private HttpResponse<String> send(String body, boolean announced) throws Exception {
        byte[] bytes = body.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return house.post(
                announced
                        ? BodyPublishers.ofByteArray(bytes)
                        : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)),
                BodyHandlers.ofString());
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedForForEver() throws Exception {
        // Given
        InputStream silence = new InputStream() {
            private int sent;

            @Override
            public int read() {
                if (sent++ < 3) {
                    return ' ';
                }
                try {
                    new java.util.concurrent.CountDownLatch(1).await(3, java.util.concurrent.TimeUnit.SECONDS);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
                return -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int next = read();
                if (next >= 0) {
                    into[offset] = (byte) next;
                }
                return next >= 0 ? 1 : -1;
            }
        };

        // When
        HttpResponse<String> answer = house.post(BodyPublishers.ofInputStream(() -> silence), BodyHandlers.ofString());

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertError(answer, "57014", "the request body did not arrive within");
    }

    @Test
    void noBodyOfRandomBytesIsAnsweredOtherwiseThanInJson() throws Exception {
        // Given
        house.desk.always(call ->
                call.reached().ended(new StatementOutcome.Refused(0, ErrorFields.of("ERROR", "42601", "syntax"))));
        Random random = new Random(5);
        byte[] good = "{\"query\":\"select $1\",\"params\":[1,[null,{\"a\":\"b\"}]]}"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);

        // Then
        for (int round = 0; round < 500; round++) {
            byte[] body = random.nextBoolean() ? good.clone() : new byte[random.nextInt(200)];
            if (body.length != good.length) {
                random.nextBytes(body);
            } else {
                body[random.nextInt(body.length)] = (byte) random.nextInt();
            }
            HttpResponse<String> answer = house.post(BodyPublishers.ofByteArray(body), BodyHandlers.ofString());
            assertThat(answer.statusCode())
                    .as(new String(body, java.nio.charset.StandardCharsets.ISO_8859_1))
                    .isEqualTo(400);
            assertThat(keys(answer.body())).hasSize(17);
        }
    }

    @Test
    void anAnswerThatGrowsTooLargeIsRefusedAndItsStatementCancelled() throws Exception {
        // Given
        var answer = house.posting("{\"query\":\"x\"}");
        var call = house.desk.next();

        // When
        call.reached().fields(0, TEXT);
        for (int row = 0; row < 50; row++) {
            call.row(0, "x".repeat(100));
        }

        // Then
        call.isCancelled();
        assertThat(answer.join().statusCode()).isEqualTo(507);
        assertError(answer.join(), "54000", "response is too large (max is 4096 bytes)");
        call.ended(new StatementOutcome.Cancelled());
        house.holdsNothing();
    }

    @Test
    void oneHugeRowIsTooLargeToo() throws Exception {
        house.desk.always(call -> call.reached()
                .fields(0, TEXT)
                .row(0, "x".repeat(5_000))
                .completed(0, "SELECT 1")
                .done());
        assertThat(house.post("{\"query\":\"x\"}").statusCode()).isEqualTo(507);
        // One that only grows too large as JSON
        house.desk.always(call -> call.reached()
                .fields(0, TEXT)
                .row(0, "\u0001".repeat(1_000))
                .completed(0, "SELECT 1")
                .done());
        assertThat(house.post("{\"query\":\"x\"}").statusCode()).isEqualTo(507);
    }

    @Test
    void aValueThatIsNotWhatItsTypeSaysIsAFaultOfTheServer() throws Exception {
        // Given
        var answer = house.posting("{\"query\":\"x\"}");
        var call = house.desk.next();

        // When
        call.reached().fields(0, ScriptedDesk.INT4).row(0, "one");

        // Then
        call.isCancelled();
        assertThat(answer.join().statusCode()).isEqualTo(500);
        assertError(answer.join(), "22000", "could not parse postgres response");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/sql,405",
        "PUT,/sql,405",
        "POST,/sql/,404",
        "POST,/,404",
        "POST,/sql/begin,400",
        "OPTIONS,/other,404"
    })
    void whatIsNotServedIsRefusedInJson(String method, String path, int status) throws Exception {
        HttpResponse<String> answer = house.send(path, method);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(keys(answer.body())).contains("message", "code", "severity");
    }

    @Test
    void aRequestThatFindsNoMemoryLeftIsRefusedAndTheNextIsServed() throws Exception {
        // Given
        house.close();
        house = SqlHouse.open(Settings.memory(50_000));
        house.desk.always(
                call -> call.reached().fields(0, TEXT).completed(0, "SELECT 0").done());

        // When
        HttpResponse<String> refused = house.post("{\"query\":\"" + "x".repeat(60_000) + "\"}");

        // Then
        assertThat(refused.statusCode()).isEqualTo(503);
        assertError(refused, "53200", "the gateway is holding too much");
        house.holdsNothing();
        assertThat(house.post("{\"query\":\"x\"}").statusCode()).isEqualTo(200);
    }

    private static void assertError(HttpResponse<String> answer, String sqlState, String text) throws Exception {
        assertThat(answer.body())
                .contains("\"code\":\"" + sqlState + "\"")
                .contains("{\"message\":\"" + text.replace("\"", "\\\""));
        assertThat(keys(answer.body())).hasSize(17);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).contains("*");
    }

    private static List<String> keys(String json) throws Exception {
        List<String> keys = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME) {
                    keys.add(parser.currentName());
                }
            }
        }
        return keys;
    }
}
