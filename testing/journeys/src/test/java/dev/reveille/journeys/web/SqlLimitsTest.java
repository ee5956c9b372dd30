package dev.reveille.journeys.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.SqlOverHttp;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.ServeNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node with narrow limits for SQL over HTTP (spec 03 §8, scenarios 41 and 42). */
@ExtendWith(SharedNode.class)
class SqlLimitsTest {

    private static final int MAX = 100_000;
    private static final String ENDLESS =
            "select a.n from generate_series(1, 1000000) a(n), generate_series(1, 100000) b(n)";

    @TempDir
    private static Path temporary;

    private static SecuredCompute compute;
    private static ServeNode node;

    @BeforeAll
    static void start(DevNode computes) throws SQLException {
        compute = SecuredCompute.plain(computes, "sql-limits");
        node = ServeNode.in(
                temporary,
                "sql { request-bytes = %1$d, answer-bytes = %1$d }\ncontrol-plane { kind = fixed\n%2$s}"
                        .formatted(MAX, compute.block("blue", "")));
    }

    @AfterAll
    static void stop() throws SQLException {
        node.close();
        compute.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"query\":\"" + ENDLESS + "\"}",
                "{\"queries\":[{\"query\":\"select 1\"},{\"query\":\"" + ENDLESS + "\"},{\"query\":\"select 2\"}]}"
            })
    void anAnswerThatGrowsTooLongEndsItsStatementAtTheCompute(String body) throws SQLException {
        // When
        HttpResponse<String> answer = caller().post("/sql", body);

        // Then
        assertTooLarge(answer, 507, "response");
        Jdbc observer = Jdbc.to(compute.behind());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> observer.ask("select count(*) from pg_stat_activity where query like '%generate_series(1,"
                                + " 100000)%' and state = 'active' and pid <> pg_backend_pid()")
                        .equals("0"));
        assertThat(caller().ask("select 1").statusCode()).isEqualTo(200);
    }

    @Test
    void oneLongRowIsTooLongByItself() {
        assertTooLarge(caller().ask("select repeat('x', 200000)"), 507, "response");
    }

    @Test
    void aLongBodyIsRefusedAndTheNextRequestServed() {
        assertTooLarge(caller().ask("select '" + "x".repeat(MAX) + "'"), 413, "request");
        assertThat(caller().ask("select 1").statusCode()).isEqualTo(200);
    }

    @Test
    void aStatementMayAskForLessTimeThanItCouldHave() {
        // When
        HttpResponse<String> answer =
                caller().with("Reveille-Statement-Timeout", "100").ask("select pg_sleep(600)");

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"57014\"");
    }

    private static SqlOverHttp caller() {
        return SqlOverHttp.to(node.toWeb("blue", compute.behind()));
    }

    private static void assertTooLarge(HttpResponse<String> answer, int status, String what) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body())
                .contains("\"code\":\"54000\"", "%s is too large (max is %d bytes)".formatted(what, MAX));
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    }
}
