package dev.reveille.gateway.sql;

import dev.reveille.gateway.sql.answer.SqlError;
import dev.reveille.gateway.sql.request.SqlHeaders;
import dev.reveille.gateway.sql.values.JsonBytes;
import dev.reveille.gateway.web.WebRequest;
import dev.reveille.session.SessionId;
import dev.reveille.session.statement.StatementOrder;
import dev.reveille.session.statement.StatementOutcome;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * Begins or ends a transaction that stays open between requests. Nothing is read of the body. A client that goes meanwhile
 * leaves a transaction behind that nobody uses, and which its idle limit ends.
 */
final class TransactionExchange {

    private final SqlParts parts;
    private final WebRequest request;
    private final SqlHeaders headers;
    private final TransactionDoor transactions;

    TransactionExchange(SqlParts parts, WebRequest request, SqlHeaders headers, TransactionDoor transactions) {
        this.parts = parts;
        this.request = request;
        this.headers = headers;
        this.transactions = transactions;
    }

    static SqlError notOffered(SessionId request) {
        return SqlError.ours(400, "ERROR", "0A000", "transactions over several requests are not offered here", request);
    }

    static SqlError unknown(SessionId request) {
        return SqlError.ours(400, "ERROR", "25P01", "there is no such transaction", request);
    }

    CompletionStage<HttpResponse> begin() {
        return whenProven(who -> transactions.begin(order(who)).thenApply(begun -> switch (begun) {
            case TransactionDoor.Begun.Open(String token, var idleMax) -> {
                JsonBytes body = new JsonBytes(256);
                body.put(ascii("{\"transaction\":")).string(token);
                body.put(ascii(",\"idleTimeoutMs\":"))
                        .number(idleMax.toMillis())
                        .put('}');
                yield good(body.take(0));
            }
            case TransactionDoor.Begun.Failed(var why) -> refused(failure(why));
        }));
    }

    CompletionStage<HttpResponse> end(boolean commit) {
        Optional<String> token = headers.transaction();
        if (token.isEmpty()) {
            return CompletableFuture.completedFuture(refused(unknown(request.id())));
        }
        return whenProven(_ -> transactions
                .end(token.get(), Exchange.pool(headers), commit)
                .thenApply(ended -> switch (ended) {
                    case TransactionDoor.Ended.Over(String tag) ->
                        good(new JsonBytes(64)
                                .put(ascii("{\"command\":"))
                                .string(tag)
                                .put('}')
                                .take(0));
                    case TransactionDoor.Ended.Failed(var why) -> refused(failure(why));
                }));
    }

    private StatementOrder order(Authentication.Proven who) {
        return new StatementOrder(
                request.id(),
                Exchange.pool(headers),
                who.keys(),
                who.claims(),
                List.of(),
                Optional.of(headers.batch()),
                Exchange.statementMax(parts.settings(), headers),
                Exchange.rowLengthMax(parts.settings()),
                Exchange.mayUsePooled(parts.settings(), headers));
    }

    private interface Deed {
        CompletionStage<HttpResponse> doFor(Authentication.Proven who);
    }

    private CompletionStage<HttpResponse> whenProven(Deed deed) {
        CompletableFuture<Authentication.Verdict> proof = parts.authentication().prove(request, headers);
        ClientWatch watch = ClientWatch.over(request.clientGone(), () -> proof.cancel(false));
        return proof.handle((verdict, cancelled) -> {
                    watch.end();
                    return cancelled == null
                            ? switch (verdict) {
                                case Authentication.Refused(var failure) ->
                                    CompletableFuture.completedStage(refused(SqlError.of(failure, request.id())));
                                case Authentication.Proven who -> deed.doFor(who);
                            }
                            : CompletableFuture.completedStage(Answers.abandoned());
                })
                .thenCompose(answer -> answer);
    }

    private SqlError failure(StatementOutcome why) {
        return Outcomes.error(why, false, parts.settings().answerBytes(), request.id());
    }

    private HttpResponse good(ByteString body) {
        return Answers.good(
                HttpEntities.create(ContentTypes.APPLICATION_JSON, body), request.http(), parts.cors(), List.of());
    }

    private HttpResponse refused(SqlError error) {
        SqlLog.refused(request.id(), Optional.of(headers), error);
        return Answers.error(error, request.http(), parts.cors());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
