package dev.reveille.gateway.sql.request;

import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.BatchOptions.Isolation;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * What the headers of a request say (spec 03 §4.2).
 *
 * @param bearer the token of a caller that has no password
 * @param raw whether every value is wanted as PostgreSQL printed it
 * @param arrayMode whether rows are wanted as arrays where a statement does not say
 * @param poolOptIn whether a connection of somebody before is welcome
 * @param batch how the transaction of a batch begins
 * @param isolation as the request spelled it
 * @param statementMax how long each statement may run
 * @param transaction the token of the transaction that the statements belong to
 */
public record SqlHeaders(
        ConnectionString connection,
        Optional<String> bearer,
        boolean raw,
        boolean arrayMode,
        boolean poolOptIn,
        BatchOptions batch,
        Optional<String> isolation,
        Optional<Duration> statementMax,
        Optional<String> transaction) {

    public static final String CONNECTION_STRING = "Neon-Connection-String";
    public static final String RAW_TEXT_OUTPUT = "Neon-Raw-Text-Output";
    public static final String ARRAY_MODE = "Neon-Array-Mode";
    public static final String POOL_OPT_IN = "Neon-Pool-Opt-In";
    public static final String ISOLATION_LEVEL = "Neon-Batch-Isolation-Level";
    public static final String READ_ONLY = "Neon-Batch-Read-Only";
    public static final String DEFERRABLE = "Neon-Batch-Deferrable";
    public static final String STATEMENT_TIMEOUT = "Reveille-Statement-Timeout";
    public static final String TRANSACTION = "Reveille-Transaction";

    private static final String AUTHORIZATION = "Authorization";

    /** Those that are looked at, in lower case. */
    private static final Set<String> NAMES = Stream.of(
                    AUTHORIZATION,
                    CONNECTION_STRING,
                    RAW_TEXT_OUTPUT,
                    ARRAY_MODE,
                    POOL_OPT_IN,
                    ISOLATION_LEVEL,
                    READ_ONLY,
                    DEFERRABLE,
                    STATEMENT_TIMEOUT,
                    TRANSACTION)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());

    private static final String BEARER = "Bearer ";
    private static final String TRUE = "true";

    /** Characters of a transaction's token. */
    private static final int TRANSACTION_LENGTH_MAX = 512;

    private static final int TIMEOUT_DIGITS_MAX = 9;

    /**
     * Reads the headers of {@code request}.
     *
     * @param tokens whether callers may come with a token instead of a password
     */
    public static SqlHeaders read(HttpRequest request, boolean tokens) throws RequestRefused {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (HttpHeader header : request.getHeaders()) {
            if (NAMES.contains(header.lowercaseName())) {
                headers.putIfAbsent(header.lowercaseName(), header.value());
            }
        }
        return read(name -> Optional.ofNullable(headers.get(name)), tokens);
    }

    static SqlHeaders read(Function<String, Optional<String>> headers, boolean tokens) throws RequestRefused {
        String connectionString = headers.apply(CONNECTION_STRING)
                .filter(SqlHeaders::isVisible)
                .orElseThrow(() -> RequestRefused.connection("08001", "invalid header: neon-connection-string"));
        Optional<String> authorization = headers.apply(AUTHORIZATION);
        boolean byToken = authorization.isPresent();
        ConnectionString connection = ConnectionString.parse(connectionString, !byToken);
        if (byToken && !tokens) {
            throw RequestRefused.connection("28000", "missing authentication credentials: required password");
        }
        Optional<String> bearer = authorization
                .filter(value -> value.startsWith(BEARER) && value.length() > BEARER.length())
                .map(value -> value.substring(BEARER.length()));
        if (byToken && bearer.isEmpty()) {
            throw RequestRefused.connection(
                    "28000", "missing authentication credentials: required authorization bearer token in JWT format");
        }
        Optional<String> isolation = headers.apply(ISOLATION_LEVEL);
        Optional<String> transaction = headers.apply(TRANSACTION);
        if (transaction
                .filter(token -> token.length() > TRANSACTION_LENGTH_MAX || !isVisible(token))
                .isPresent()) {
            throw RequestRefused.content("25P01", "there is no such transaction");
        }
        return new SqlHeaders(
                connection,
                bearer,
                isTrue(headers, RAW_TEXT_OUTPUT),
                isTrue(headers, ARRAY_MODE),
                isTrue(headers, POOL_OPT_IN),
                new BatchOptions(
                        isolation.isPresent() ? Optional.of(isolation(isolation.get())) : Optional.empty(),
                        isTrue(headers, READ_ONLY),
                        isTrue(headers, DEFERRABLE)),
                isolation,
                statementMax(headers.apply(STATEMENT_TIMEOUT)),
                transaction);
    }

    private static boolean isTrue(Function<String, Optional<String>> headers, String name) {
        return headers.apply(name).filter(TRUE::equals).isPresent();
    }

    private static Isolation isolation(String name) throws RequestRefused {
        return switch (name) {
            case "ReadUncommitted" -> Isolation.READ_UNCOMMITTED;
            case "ReadCommitted" -> Isolation.READ_COMMITTED;
            case "RepeatableRead" -> Isolation.REPEATABLE_READ;
            case "Serializable" -> Isolation.SERIALIZABLE;
            default -> throw RequestRefused.content("22023", "invalid isolation level");
        };
    }

    private static Optional<Duration> statementMax(Optional<String> header) throws RequestRefused {
        if (header.isEmpty()) {
            return Optional.empty();
        }
        String digits = header.get();
        boolean number = !digits.isEmpty()
                && digits.length() <= TIMEOUT_DIGITS_MAX
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        long millis = number ? Long.parseLong(digits) : 0;
        if (millis == 0) {
            throw RequestRefused.content(
                    "22023", "invalid header: reveille-statement-timeout must be a number of milliseconds above 0");
        }
        return Optional.of(Duration.ofMillis(millis));
    }

    private static boolean isVisible(String value) {
        for (int at = 0; at < value.length(); at++) {
            if (value.charAt(at) < ' ' || value.charAt(at) > '~') {
                return false;
            }
        }
        return true;
    }

    /** A token is as good as a password. */
    @Override
    public String toString() {
        return "SqlHeaders[%s, ***]".formatted(connection);
    }
}
