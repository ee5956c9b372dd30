package dev.reveille.gateway.sql;

import dev.reveille.gateway.sql.answer.AnswerText;
import dev.reveille.gateway.sql.answer.MemoryBudget;
import dev.reveille.gateway.sql.answer.SqlError;
import dev.reveille.gateway.sql.request.RequestRefused;
import dev.reveille.gateway.sql.request.SqlBody;
import dev.reveille.gateway.sql.request.SqlHeaders;
import dev.reveille.gateway.web.WebRequest;
import dev.reveille.session.SessionId;
import dev.reveille.session.statement.PoolKey;
import dev.reveille.session.statement.StatementOrder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * Leads one request for statements from its headers to its answer (spec 03 §4.5, §9).
 *
 * <pre>
 *   body and proof, side by side ──both──▶ running ──▶ answered
 *            └──either fails───────────────────┴──▶ refused;  client gone: abandoned, from anywhere
 * </pre>
 *
 * <p>Whoever has something to say — the client's loop, the compute's, the threads that check passwords — takes turns; see
 * {@link Turns}.
 */
final class Exchange {

    /** A longer body is read elsewhere: parsing it would hold up the loop. */
    private static final int PARSED_ON_LOOP = 128 * 1024;

    private final SqlParts parts;
    private final WebRequest request;
    private final SqlHeaders headers;
    private final Turns turns = new Turns(this::fault);
    private final Timing timing = new Timing();
    private final MemoryBudget.Share share;
    private final BodyCollector collector;
    private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    private final ClientWatch watch;
    private CompletableFuture<Authentication.Verdict> proof = new CompletableFuture<>();
    private Optional<SqlBody> body = Optional.empty();
    private Optional<Authentication.Proven> proven = Optional.empty();
    private Optional<Execution> execution = Optional.empty();
    private long bodyBytes;
    private boolean over;

    Exchange(SqlParts parts, WebRequest request, SqlHeaders headers) {
        this.parts = parts;
        this.request = request;
        this.headers = headers;
        this.share = parts.budget().open();
        this.collector = new BodyCollector(parts.settings(), share);
        this.watch = ClientWatch.over(request.clientGone(), () -> turns.run(this::abandon));
    }

    CompletionStage<HttpResponse> begin() {
        collector.collect(request.http().entity(), request.materializer()).whenComplete((bytes, failure) -> {
            if (failure == null) {
                parse(bytes);
            } else {
                turns.run(() -> refuse(error(failure)));
            }
        });
        turns.run(() -> {
            if (!over) { // The length alone may have been too much.
                proof = parts.authentication().prove(request, headers);
                proof.thenAccept(verdict -> turns.run(() -> judged(verdict)));
            }
        });
        return answer;
    }

    private void parse(ByteString bytes) {
        if (bytes.size() <= PARSED_ON_LOOP) {
            turns.run(() -> parsed(bytes));
        } else {
            request.materializer().system().dispatcher().execute(() -> turns.run(() -> parsed(bytes)));
        }
    }

    private void parsed(ByteString bytes) {
        if (over) {
            return;
        }
        bodyBytes = bytes.size();
        try {
            body = Optional.of(SqlBody.parse(bytes.toArrayUnsafe()));
            runWhenReady();
        } catch (RequestRefused refused) {
            refuse(SqlError.of(refused, request.id()));
        }
    }

    private void judged(Authentication.Verdict verdict) {
        if (over) {
            return;
        }
        timing.proven();
        switch (verdict) {
            case Authentication.Refused(var failure) -> refuse(SqlError.of(failure, request.id()));
            case Authentication.Proven who -> {
                proven = Optional.of(who);
                runWhenReady();
            }
        }
    }

    private void runWhenReady() {
        if (body.isEmpty() || proven.isEmpty()) {
            return;
        }
        Execution begun = new Execution(this, body.get());
        execution = Optional.of(begun);
        timing.ordered();
        begun.run(order(body.get(), proven.get()));
    }

    private StatementOrder order(SqlBody asked, Authentication.Proven who) {
        SqlSettings settings = parts.settings();
        return new StatementOrder(
                request.id(),
                pool(headers),
                who.keys(),
                who.claims(),
                asked.statements(),
                asked.batch() ? Optional.of(headers.batch()) : Optional.empty(),
                statementMax(settings, headers),
                rowLengthMax(settings),
                mayUsePooled(settings, headers));
    }

    static PoolKey pool(SqlHeaders headers) {
        return new PoolKey(
                headers.connection().endpoint(),
                headers.connection().database(),
                headers.connection().role(),
                headers.connection().parameters());
    }

    static Optional<Duration> statementMax(SqlSettings settings, SqlHeaders headers) {
        return settings.statementMax()
                .map(max -> headers.statementMax()
                        .filter(asked -> asked.compareTo(max) < 0)
                        .orElse(max))
                .or(headers::statementMax);
    }

    /** A row has a few bytes more than its JSON where its values are short. */
    static int rowLengthMax(SqlSettings settings) {
        int columnsMax = 1_664;
        return (int) Math.min(Integer.MAX_VALUE, settings.answerBytes() + 2L + 4L * columnsMax);
    }

    static boolean mayUsePooled(SqlSettings settings, SqlHeaders headers) {
        return !settings.poolOptIn() || headers.poolOptIn();
    }

    // ---- how it ends ----

    /** The good answer, or its beginning. */
    void answer(HttpResponse response) {
        answer.complete(response);
    }

    /** A good answer has been put together; its reader may still be taking it. */
    void succeeded(AnswerText text) {
        SqlLog.answered(request.id(), headers, text.rows(), text.total(), timing.micros());
        end();
    }

    void refuse(SqlError error) {
        if (over) {
            return;
        }
        SqlLog.refused(request.id(), Optional.of(headers), error);
        end();
        delivered(); // Before the caller can know: it may come again at once.
        answer.complete(Answers.error(error, request.http(), parts.cors()));
    }

    /** The answer had begun: there is nobody to tell. */
    void breakOff(String reason) {
        if (over) {
            return;
        }
        SqlLog.brokenOff(request.id(), reason);
        end();
        delivered();
    }

    /** We made a mistake. */
    void fault(RuntimeException fault) {
        SqlLog.fault(request.id(), fault);
        execution.ifPresentOrElse(
                running -> running.fail(SqlError.internal(request.id())),
                () -> refuse(SqlError.internal(request.id())));
    }

    /** The client has gone: nothing is waited for any more. */
    private void abandon() {
        share.close();
        if (over) {
            return;
        }
        proof.cancel(false);
        end();
        execution.ifPresent(Execution::abandon);
        answer.complete(Answers.abandoned());
    }

    private void end() {
        over = true;
        collector.abandon();
        body = Optional.empty();
    }

    /** The reader has the whole answer. Any thread. */
    void delivered() {
        watch.end();
        share.close();
    }

    private SqlError error(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case RequestRefused refused -> SqlError.of(refused, request.id());
            case BodyCollector.NoMemory _ -> SqlError.noMemory(request.id());
            default -> SqlError.internal(request.id());
        };
    }

    // ---- for the execution ----

    SqlParts parts() {
        return parts;
    }

    WebRequest request() {
        return request;
    }

    SqlHeaders headers() {
        return headers;
    }

    Turns turns() {
        return turns;
    }

    Timing timing() {
        return timing;
    }

    MemoryBudget.Share share() {
        return share;
    }

    /** What the request itself takes. */
    long bodyBytes() {
        return bodyBytes;
    }

    boolean over() {
        return over;
    }

    SessionId id() {
        return request.id();
    }

    TypeCatalogue.Caller caller() {
        return new TypeCatalogue.Caller(request.id(), pool(headers), proven.orElseThrow());
    }
}
