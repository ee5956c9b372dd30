package dev.reveille.gateway.sql;

import static dev.reveille.gateway.sql.ScriptedDesk.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.sql.ScriptedDesk.Call;
import dev.reveille.session.access.AccessControl;
import dev.reveille.session.statement.StatementOutcome;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who asks, from where, and what happens when they go (spec 03 §4.4, §9, §13; scenarios 31, 41, 43, 50). */
class SqlCallersTest {

    private SqlHouse house = SqlHouse.open();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aProvenPasswordIsNotStretchedAgainUntilTheRoleHasAnother() throws Exception {
        // Given
        house.desk.always(
                call -> call.reached().fields(0, TEXT).completed(0, "SELECT 0").done());

        // When
        for (int request = 0; request < 5; request++) {
            assertThat(house.post("{\"query\":\"x\"}").statusCode()).isEqualTo(200);
        }

        // Then
        assertThat(house.door.passwordMisses()).isEqualTo(1);
        assertThat(house.door.passwordHits()).isEqualTo(4);

        // And when the role has another password
        house.access.put(
                "ep-a/app",
                new AccessControl(Optional.of(SqlHouse.verifier("other")), List.of(), List.of(), false, false));
        assertThat(house.post("{\"query\":\"x\"}").body()).contains("28P01");
        assertThat(house.post("{\"query\":\"x\"}", "Neon-Connection-String", "postgres://app:other@ep-a/db")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aWrongPasswordIsRefusedAlsoBehindARightOne() throws Exception {
        house.desk.always(
                call -> call.reached().fields(0, TEXT).completed(0, "SELECT 0").done());
        assertThat(house.post("{\"query\":\"x\"}").statusCode()).isEqualTo(200);
        assertThat(house.post("{\"query\":\"x\"}", "Neon-Connection-String", "postgres://app:wrong@ep-a/db")
                        .body())
                .contains("28P01");
        assertThat(house.desk.count()).isEqualTo(1);
    }

    @Test
    void aClientThatGoesWhileItsStatementRunsHasItCancelled() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> answer = house.posting("{\"query\":\"x\"}");
        Call call = house.desk.next();
        call.reached();

        // When
        CompletableFuture<Done> client = house.clients.poll(5, TimeUnit.SECONDS);
        client.complete(Done.getInstance());

        // Then
        call.isCancelled();
        call.ended(new StatementOutcome.Cancelled());
        assertThat(answer.join().body())
                .isEqualTo("{\"message\":\"Query cancelled, connection was terminated\",\"code\":\"08P01\"}");
        house.holdsNothing();
    }

    @Test
    void aClientThatGoesAfterItsAnswerCancelsNothing() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> answer = house.posting("{\"query\":\"x\"}");
        Call call = house.desk.next();
        call.reached().fields(0, TEXT).completed(0, "SELECT 0").done();
        answer.join();

        // When
        house.clients.poll(5, TimeUnit.SECONDS).complete(Done.getInstance());

        // Then
        assertThat(call.cancelled.getCount()).isEqualTo(1);
    }

    @Test
    void aTokenIsCheckedAndItsClaimsGoWithTheOrder() throws Exception {
        // Given
        house.close();
        TokenCheck check = (endpoint, role, token) -> CompletableFuture.completedFuture(
                switch (token) {
                    case "good" -> new TokenVerdict.Proven(Optional.empty(), "{\"sub\":\"u\"}");
                    case "other" -> new TokenVerdict.NotTaken();
                    default -> new TokenVerdict.Refused("the token has expired");
                });
        house = new SqlHouse(SqlSettings.DEFAULTS, Optional.empty(), Optional.of(check));
        String url = "postgres://app@ep-a/db";

        // Then
        assertThat(house.post("{\"query\":\"x\"}", "Neon-Connection-String", url, "Authorization", "Bearer old")
                        .body())
                .contains("the token has expired", "28000");
        assertThat(house.post("{\"query\":\"x\"}", "Neon-Connection-String", url, "Authorization", "Bearer other")
                        .body())
                .contains("missing authentication credentials: required password");
        CompletableFuture<HttpResponse<String>> answer =
                house.posting("{\"query\":\"x\"}", "Neon-Connection-String", url, "Authorization", "Bearer good");
        Call call = house.desk.next();
        call.reached().fields(0, TEXT).completed(0, "SELECT 0").done();
        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(call.order.claims()).contains("{\"sub\":\"u\"}");
        assertThat(call.order.keys()).isEmpty();
    }

    @Test
    void aPreflightAllowsEverythingThatDriversSend() throws Exception {
        // When
        HttpResponse<String> answer =
                house.send("/sql", "OPTIONS", "Origin", "https://app.example", "Access-Control-Request-Method", "POST");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("access-control-allow-origin")).contains("*");
        assertThat(answer.headers().firstValue("access-control-max-age")).contains("86400");
        assertThat(answer.headers().firstValue("allow")).contains("OPTIONS, POST");
        assertThat(answer.headers()
                        .firstValue("access-control-allow-headers")
                        .orElseThrow()
                        .split(", "))
                .contains(
                        "Authorization",
                        "Content-Type",
                        "Neon-Connection-String",
                        "Neon-Raw-Text-Output",
                        "Neon-Array-Mode",
                        "Neon-Pool-Opt-In",
                        "Neon-Batch-Read-Only",
                        "Neon-Batch-Isolation-Level",
                        "Neon-Batch-Deferrable",
                        "traceparent",
                        "Reveille-Statement-Timeout",
                        "Reveille-Transaction");
        assertThat(answer.headers().firstValue("access-control-expose-headers").orElseThrow())
                .contains("Neon-Request-Id", "Neon-Batch-Deferrable", "Server-Timing");
    }

    @Test
    void aPageOfAnotherOriginMayReadOurHeadersAndNobodyElseIsTold() throws Exception {
        // When
        HttpResponse<String> page = house.post("nonsense", "Origin", "https://app.example");
        HttpResponse<String> sandboxed = house.post("nonsense", "Origin", "null");
        HttpResponse<String> program = house.post("nonsense");

        // Then
        for (HttpResponse<String> answer : List.of(page, sandboxed)) {
            assertThat(answer.headers().firstValue("access-control-expose-headers"))
                    .isPresent();
        }
        assertThat(program.headers().firstValue("access-control-expose-headers"))
                .isEmpty();
        assertThat(program.headers().firstValue("access-control-allow-origin")).contains("*");
    }

    @Test
    void whereOriginsAreListedOthersAreNotAllowed() throws Exception {
        // Given
        house.close();
        house = SqlHouse.open(Settings.origins("https://app.example"));

        // When
        HttpResponse<String> listed = house.send("/sql", "OPTIONS", "Origin", "https://app.example");
        HttpResponse<String> other = house.post("nonsense", "Origin", "https://evil.example");

        // Then
        assertThat(listed.headers().firstValue("access-control-allow-origin")).contains("https://app.example");
        assertThat(listed.headers().firstValue("vary")).contains("Origin");
        assertThat(other.headers().firstValue("access-control-allow-origin")).isEmpty();
        assertThat(other.headers().firstValue("vary")).contains("Origin");
    }
}
