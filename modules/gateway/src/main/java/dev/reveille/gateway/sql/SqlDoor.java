package dev.reveille.gateway.sql;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.reveille.gateway.sql.answer.Cors;
import dev.reveille.gateway.sql.answer.MemoryBudget;
import dev.reveille.gateway.sql.answer.SqlError;
import dev.reveille.gateway.sql.request.RequestRefused;
import dev.reveille.gateway.sql.request.SqlHeaders;
import dev.reveille.gateway.web.WebHandler;
import dev.reveille.gateway.web.WebRequest;
import dev.reveille.session.authentication.ProvenPasswords;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * SQL over HTTP: {@code POST /sql}, the paths below it for transactions over several requests, and what browsers ask first
 * (spec 03 §2, §4, §13). One for a node; any thread. Answers are JSON, errors in the shape that drivers parse.
 */
public final class SqlDoor implements WebHandler {

    private static final String SQL = "/sql";
    private static final String BEGIN = "/sql/begin";
    private static final String COMMIT = "/sql/commit";
    private static final String ROLLBACK = "/sql/rollback";

    private final SqlParts parts;
    private final ProvenPasswords proven;

    public SqlDoor(SqlSettings settings, SqlRoles roles, Ticker ticker) {
        this.proven = new ProvenPasswords(settings.provenMax(), settings.provenFor(), ticker);
        this.parts = new SqlParts(
                settings,
                roles,
                new Authentication(roles, proven, settings.authenticationMax()),
                new TypeCatalogue(roles.desk(), settings, ticker),
                new MemoryBudget(settings.memoryBytes()),
                new Cors(settings.origins()));
    }

    /** Whether a path is one of ours; what is asked for on any other is answered with 404. */
    public static boolean serves(String path) {
        return path.equals(SQL) || path.equals(BEGIN) || path.equals(COMMIT) || path.equals(ROLLBACK);
    }

    /** Bytes that requests hold at the moment. */
    public long memoryHeld() {
        return parts.budget().held();
    }

    /** How often a password had been proven a short while ago. */
    public long passwordHits() {
        return proven.hits();
    }

    /** How often a password had to be stretched. */
    public long passwordMisses() {
        return proven.misses();
    }

    @Override
    public CompletionStage<HttpResponse> handle(WebRequest request) {
        String path = request.path();
        if (!serves(path)) {
            return refuse(request, SqlError.ours(404, "ERROR", "08P01", "query is not supported", request.id()));
        }
        if (request.http().method().equals(HttpMethods.OPTIONS)) {
            return CompletableFuture.completedFuture(parts.cors().preflight(request.http()));
        }
        if (!request.http().method().equals(HttpMethods.POST)) {
            return refuse(request, SqlError.ours(405, "ERROR", "08P01", "query is not supported", request.id()))
                    .thenApply(answer -> answer.addHeader(Cors.allow()));
        }
        try {
            SqlHeaders headers =
                    SqlHeaders.read(request.http(), parts.roles().tokens().isPresent());
            return serve(path, request, headers);
        } catch (RequestRefused refused) {
            return refuse(request, SqlError.of(refused, request.id()));
        }
    }

    private CompletionStage<HttpResponse> serve(String path, WebRequest request, SqlHeaders headers) {
        if (path.equals(SQL)) {
            return new Exchange(parts, request, headers).begin();
        }
        Optional<TransactionDoor> transactions = parts.roles().transactions();
        if (transactions.isEmpty()) {
            return refuse(request, TransactionExchange.notOffered(request.id()));
        }
        TransactionExchange exchange = new TransactionExchange(parts, request, headers, transactions.get());
        return switch (path) {
            case BEGIN -> exchange.begin();
            case COMMIT -> exchange.end(true);
            default -> exchange.end(false);
        };
    }

    private CompletionStage<HttpResponse> refuse(WebRequest request, SqlError error) {
        SqlLog.refused(request.id(), Optional.empty(), error);
        return CompletableFuture.completedFuture(Answers.error(error, request.http(), parts.cors()));
    }
}
