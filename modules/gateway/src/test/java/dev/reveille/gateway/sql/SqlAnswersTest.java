package dev.reveille.gateway.sql;

import static dev.reveille.gateway.sql.ScriptedDesk.INT4;
import static dev.reveille.gateway.sql.ScriptedDesk.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.sql.ScriptedDesk.Call;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.BatchOptions.Isolation;
import dev.reveille.session.statement.StatementOutcome;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Good answers (spec 03 §5 and §6, scenarios 17 to 20, 27, 28). */
class SqlAnswersTest {

    private static final int SOMEBODYS_ARRAY = 16_390;

    private final SqlHouse house = SqlHouse.open();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aStatementIsAnsweredWithItsRows() throws Exception {
        // Given
        house.desk.always(call -> call.reached()
                .fields(0, INT4, TEXT)
                .row(0, "1", "é\n")
                .row(0, null, "b")
                .completed(0, "SELECT 2")
                .done());

        // When
        HttpResponse<String> answer = house.post("{\"query\":\"select\"}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"fields\":["
                        + "{\"name\":\"c0\",\"dataTypeID\":23,\"tableID\":0,\"columnID\":0,\"dataTypeSize\":-1,"
                        + "\"dataTypeModifier\":-1,\"format\":\"text\"},"
                        + "{\"name\":\"c1\",\"dataTypeID\":25,\"tableID\":0,\"columnID\":0,\"dataTypeSize\":-1,"
                        + "\"dataTypeModifier\":-1,\"format\":\"text\"}],"
                        + "\"rows\":[{\"c0\":1,\"c1\":\"é\\n\"},{\"c0\":null,\"c1\":\"b\"}],"
                        + "\"command\":\"SELECT\",\"rowCount\":2,\"rowAsArray\":false}");
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.headers().firstValue("content-length")).isPresent();
        assertThat(answer.headers().firstValue("access-control-allow-origin")).contains("*");
        assertThat(answer.headers().firstValue("server-timing").orElseThrow())
                .matches("auth;dur=[0-9.]+, connect;desc=\"pooled\";dur=[0-9.]+, query;dur=[0-9.]+");
        assertThat(answer.headers().firstValue("neon-batch-read-only")).isEmpty();
    }

    @Test
    void theOrderSaysWhatTheRequestSaid() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> answer = house.posting(
                "{\"query\":\"select $1\",\"params\":[5]}",
                "Neon-Connection-String",
                SqlHouse.URL + "?application_name=x&statement_timeout=5s",
                "Reveille-Statement-Timeout",
                "700");

        // When
        Call call = house.desk.next();
        call.reached().fields(0, TEXT).row(0, "5").completed(0, "SELECT 1").done();

        // Then
        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(call.order.pool().endpoint().endpoint().value()).isEqualTo("ep-a");
        assertThat(call.order.pool().parameters())
                .isEqualTo(Map.of("application_name", "x", "statement_timeout", "5s"));
        assertThat(call.order.statementMax()).contains(Duration.ofMillis(700));
        assertThat(call.order.keys()).isPresent();
        assertThat(call.order.claims()).isEmpty();
        assertThat(call.order.batch()).isEmpty();
        assertThat(call.order.mayUsePooled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "INSERT 0 3,INSERT,3",
        "SELECT 5,SELECT,5",
        "MERGE 2,MERGE,2",
        "INSERT 5,INSERT,null",
        "INSERT,INSERT,null",
        "'INSERT  3',INSERT,3",
        "SELECT 5 more,SELECT,5",
        "'SELECT ',SELECT,null",
        "SELECT 100000000000000000000,SELECT,null",
        "CREATE TABLE,CREATE,null",
        "BEGIN,BEGIN,null",
        "'','',null",
    })
    void aCommandTagIsSplit(String tag, String command, String count) throws Exception {
        house.desk.always(call -> {
            call.reached();
            call.listener.fields(0, Optional.empty());
            call.completed(0, tag).done();
        });
        assertThat(house.post("{\"query\":\"x\"}").body())
                .isEqualTo("{\"fields\":[],\"rows\":[],\"command\":\"%s\",\"rowCount\":%s,\"rowAsArray\":false}"
                        .formatted(command, count));
    }

    @Test
    void aBatchIsAnsweredStatementByStatementAndEchoesWhatWasApplied() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> answer = house.posting(
                "{\"queries\":[{\"query\":\"a\",\"arrayMode\":true},{\"query\":\"b\",\"arrayMode\":false},{\"query\":\"c\"}]}",
                "Neon-Array-Mode",
                "true",
                "Neon-Batch-Isolation-Level",
                "Serializable",
                "Neon-Batch-Read-Only",
                "false",
                "Neon-Batch-Deferrable",
                "true");

        // When
        Call call = house.desk.next();
        call.reached();
        for (int at = 0; at < 3; at++) {
            call.fields(at, INT4).row(at, "" + at).completed(at, "SELECT 1");
        }
        call.done();

        // Then
        assertThat(call.order.batch()).contains(new BatchOptions(Optional.of(Isolation.SERIALIZABLE), false, true));
        assertThat(answer.join().body().replaceAll("\"fields\":\\[[^\\]]*\\],", ""))
                .isEqualTo("{\"results\":["
                        + "{\"rows\":[[0]],\"command\":\"SELECT\",\"rowCount\":1,\"rowAsArray\":true},"
                        + "{\"rows\":[{\"c0\":1}],\"command\":\"SELECT\",\"rowCount\":1,\"rowAsArray\":false},"
                        + "{\"rows\":[[2]],\"command\":\"SELECT\",\"rowCount\":1,\"rowAsArray\":true}]}");
        assertThat(answer.join().headers().firstValue("neon-batch-isolation-level"))
                .contains("Serializable");
        assertThat(answer.join().headers().firstValue("neon-batch-read-only")).isEmpty();
        assertThat(answer.join().headers().firstValue("neon-batch-deferrable")).contains("true");
    }

    @Test
    void anEmptyBatchHasNoResults() throws Exception {
        house.desk.always(call -> call.reached().done());
        assertThat(house.post("{\"queries\":[]}").body()).isEqualTo("{\"results\":[]}");
    }

    @Test
    void aTypeThatSomebodyMadeIsLookedUpOnceWhileTheRowsWait() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> answer = house.posting("{\"query\":\"x\"}", "Neon-Array-Mode", "true");
        Call call = house.desk.next();

        // When
        call.reached().fields(0, SOMEBODYS_ARRAY, INT4).row(0, "{foo,bar}", "1").row(0, "{}", "2");
        Call lookUp = house.desk.next();
        call.isPaused();
        call.row(0, "{NULL}", "3").completed(0, "SELECT 3").done();
        assertThat(answer).isNotDone();
        lookUp.reached()
                .fields(0, 26, 16, 26, 18)
                .row(0, "" + SOMEBODYS_ARRAY, "t", "16389", ",")
                .completed(0, "SELECT 1")
                .done();

        // Then
        assertThat(answer.join().body()).contains("\"rows\":[[[\"foo\",\"bar\"],1],[[],2],[[null],3]]");
        assertThat(call.paused()).isFalse();
        assertThat(lookUp.order.pool()).isEqualTo(call.order.pool());
        assertThat(lookUp.order.batch()).isEmpty();

        // And the next request knows it
        CompletableFuture<HttpResponse<String>> second = house.posting("{\"query\":\"x\"}", "Neon-Array-Mode", "true");
        house.desk
                .next()
                .reached()
                .fields(0, SOMEBODYS_ARRAY)
                .row(0, "{x}")
                .completed(0, "SELECT 1")
                .done();
        assertThat(second.join().body()).contains("\"rows\":[[[\"x\"]]]");
        assertThat(house.desk.count()).isEqualTo(3);
    }

    @Test
    void aLookUpThatFailsMakesTheValuesText() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> answer = house.posting("{\"query\":\"x\"}", "Neon-Array-Mode", "true");
        Call call = house.desk.next();
        call.reached()
                .fields(0, SOMEBODYS_ARRAY)
                .row(0, "{a}")
                .completed(0, "SELECT 1")
                .done();

        // When
        house.desk.next().ended(new StatementOutcome.Refused(0, ErrorFields.of("ERROR", "42501", "no")));

        // Then
        assertThat(answer.join().body()).contains("\"rows\":[[\"{a}\"]]");
    }

    @Test
    void rawTextNeedsNoTypes() throws Exception {
        // Given
        house.desk.always(call -> call.reached()
                .fields(0, SOMEBODYS_ARRAY, INT4)
                .row(0, "{a}", "1")
                .completed(0, "SELECT 1")
                .done());

        // When
        HttpResponse<String> answer =
                house.post("{\"query\":\"x\"}", "Neon-Raw-Text-Output", "true", "Neon-Array-Mode", "true");

        // Then
        assertThat(answer.body()).contains("\"rows\":[[\"{a}\",\"1\"]]");
        assertThat(house.desk.count()).isEqualTo(1);
    }
}
