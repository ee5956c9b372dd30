package dev.reveille.gateway.sql;

import static dev.reveille.gateway.sql.ScriptedDesk.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.gateway.sql.ScriptedDesk.Call;
import dev.reveille.session.SessionFailure;
import dev.reveille.session.statement.StatementOutcome;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers too long to be put together first (spec 03 §6.5, §8). */
class SqlStreamTest {

    private static final String ROW = "x".repeat(1_000);

    private SqlHouse house = SqlHouse.open(Settings.streaming(Duration.ofSeconds(60)));

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aLongAnswerIsStreamedWhole() throws Exception {
        // Given
        house.desk.always(call -> {
            call.reached().fields(0, TEXT);
            for (int row = 0; row < 1_000; row++) {
                call.row(0, ROW);
            }
            call.completed(0, "SELECT 1000").done();
        });

        // When
        HttpResponse<String> answer = house.post("{\"query\":\"x\"}", "Neon-Array-Mode", "true");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-length")).isEmpty();
        assertThat(answer.body()).hasSizeGreaterThan(1_000_000).endsWith("\"rowCount\":1000,\"rowAsArray\":true}");
        assertThat(answer.body().split(ROW, -1)).hasSize(1_001);
        house.holdsNothing();
    }

    @Test
    void aSlowReaderHoldsTheComputeBackAndLosesNothing() throws Exception {
        // Given
        CompletableFuture<HttpResponse<InputStream>> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return house.post(BodyPublishers.ofString("{\"query\":\"x\"}"), BodyHandlers.ofInputStream());
            } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
            }
        });
        Call call = house.desk.next();
        call.reached().fields(0, TEXT);

        // When
        int rows = writeUntilItStays(call, call::paused);

        // Then
        assertThat(call.paused()).isTrue();
        assertThat(house.door.memoryHeld()).isLessThan(1_000_000);

        // And when it reads on
        InputStream body = answer.join().body();
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
            try {
                return body.readAllBytes();
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
        for (int step = 0; call.paused() && step < 1_000; step++) {
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(call.paused()).isFalse();
        call.row(0, "last").completed(0, "SELECT").done();
        String text = new String(read.join(), StandardCharsets.UTF_8);
        assertThat(text.split(ROW, -1)).hasSize(rows + 1);
        assertThat(text).contains("\"last\"").endsWith("}");
    }

    @Test
    void aLateFailureBreaksTheTransferSoThatNobodyTakesHalfForAll() {
        // Given
        CompletableFuture<HttpResponse<String>> answer = house.posting("{\"query\":\"x\"}");
        Call call = house.desk.next();
        call.reached().fields(0, TEXT);
        for (int row = 0; row < 200; row++) {
            call.row(0, ROW);
        }

        // When
        call.ended(new StatementOutcome.Lost(SessionFailure.Plain.COMPUTE_LEFT));

        // Then
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(answer::join)
                .withCauseInstanceOf(IOException.class);
    }

    @Test
    void theLimitHoldsForAStreamedAnswerToo() throws Exception {
        // Given
        CompletableFuture<HttpResponse<String>> answer = house.posting("{\"query\":\"x\"}");
        Call call = house.desk.next();
        call.reached().fields(0, TEXT);

        // When
        for (int row = 0; row < 100_000 && call.cancelled.getCount() > 0; row++) {
            call.row(0, ROW);
        }

        // Then
        call.isCancelled();
        assertThatExceptionOfType(CompletionException.class).isThrownBy(answer::join);
        house.holdsNothing();
    }

    @Test
    void aReaderThatTakesNothingIsGivenUp() throws Exception {
        // Given
        house.close();
        house = SqlHouse.open(Settings.streaming(Duration.ofMillis(200)));
        CompletableFuture<HttpResponse<InputStream>> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return house.post(BodyPublishers.ofString("{\"query\":\"x\"}"), BodyHandlers.ofInputStream());
            } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
            }
        });
        Call call = house.desk.next();
        call.reached().fields(0, TEXT);

        // When
        writeUntilItStays(call, () -> call.cancelled.getCount() == 0);

        // Then
        call.isCancelled();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> answer.join().body().readAllBytes());
        house.holdsNothing();
    }

    @Test
    void anAnswerThatFindsNoMemoryLeftIsRefusedAndCancelled() throws Exception {
        // Given
        house.close();
        house = SqlHouse.open(Settings.memory(1_000_000));
        CompletableFuture<HttpResponse<String>> answer = house.posting("{\"query\":\"x\"}");
        Call call = house.desk.next();
        call.reached().fields(0, TEXT);

        // When
        for (int row = 0; row < 5_000; row++) {
            call.row(0, ROW);
        }

        // Then
        call.isCancelled();
        assertThat(answer.join().statusCode()).isEqualTo(503);
        assertThat(answer.join().body()).contains("\"code\":\"53200\"");
        house.holdsNothing();
    }

    /** Writes rows while the run is not paused, until {@code end} has been so for a while; says how many. */
    private static int writeUntilItStays(Call call, BooleanSupplier end) {
        int rows = 0;
        for (int calm = 0; calm < 100 && rows < 60_000; ) {
            if (call.paused() || end.getAsBoolean()) {
                LockSupport.parkNanos(5_000_000);
                calm = end.getAsBoolean() ? calm + 1 : 0;
            } else {
                calm = 0;
                call.row(0, ROW);
                rows++;
            }
        }
        return rows;
    }
}
