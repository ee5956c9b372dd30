package dev.reveille.gateway.sql.request;

import dev.reveille.protocol.Digits;
import dev.reveille.session.statement.BatchOptions;
import dev.reveille.session.statement.BatchOptions.Isolation;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

    /** Those that are looked at. */
    private enum Field {
        AUTHORIZATION("Authorization"),
        CONNECTION(CONNECTION_STRING),
        RAW(RAW_TEXT_OUTPUT),
        ARRAYS(ARRAY_MODE),
        POOL(POOL_OPT_IN),
        ISOLATION(ISOLATION_LEVEL),
        READS_ONLY(READ_ONLY),
        DEFERS(DEFERRABLE),
        TIMEOUT(STATEMENT_TIMEOUT),
        IN_TRANSACTION(TRANSACTION);

        private static final Map<String, Field> BY_NAME =
                Stream.of(values()).collect(Collectors.toUnmodifiableMap(field -> field.lowercaseName, field -> field));

        private final String lowercaseName;

        Field(String name) {
            this.lowercaseName = name.toLowerCase(Locale.ROOT);
        }
    }

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
        Map<Field, String> headers = new EnumMap<>(Field.class);
        for (HttpHeader header : request.getHeaders()) {
            Field field = Field.BY_NAME.get(header.lowercaseName());
            if (field != null) {
                headers.putIfAbsent(field, header.value());
            }
        }
        return read(headers, tokens);
    }

    private static SqlHeaders read(Map<Field, String> headers, boolean tokens) throws RequestRefused {
        String connectionString = headers.get(Field.CONNECTION);
        if (connectionString == null || !isVisible(connectionString)) {
            throw RequestRefused.connection("08001", "invalid header: neon-connection-string");
        }
        String authorization = headers.get(Field.AUTHORIZATION);
        boolean byToken = authorization != null;
        ConnectionString connection = ConnectionString.parse(connectionString, !byToken);
        if (byToken && !tokens) {
            throw RequestRefused.connection("28000", "missing authentication credentials: required password");
        }
        Optional<String> bearer = Optional.ofNullable(authorization)
                .filter(value -> value.startsWith(BEARER) && value.length() > BEARER.length())
                .map(value -> value.substring(BEARER.length()));
        if (byToken && bearer.isEmpty()) {
            throw RequestRefused.connection(
                    "28000", "missing authentication credentials: required authorization bearer token in JWT format");
        }
        Optional<String> isolation = Optional.ofNullable(headers.get(Field.ISOLATION));
        Optional<String> transaction = Optional.ofNullable(headers.get(Field.IN_TRANSACTION));
        if (transaction
                .filter(token -> token.length() > TRANSACTION_LENGTH_MAX || !isVisible(token))
                .isPresent()) {
            throw RequestRefused.content("25P01", "there is no such transaction");
        }
        return new SqlHeaders(
                connection,
                bearer,
                TRUE.equals(headers.get(Field.RAW)),
                TRUE.equals(headers.get(Field.ARRAYS)),
                TRUE.equals(headers.get(Field.POOL)),
                new BatchOptions(
                        isolation.isPresent() ? Optional.of(isolation(isolation.get())) : Optional.empty(),
                        TRUE.equals(headers.get(Field.READS_ONLY)),
                        TRUE.equals(headers.get(Field.DEFERS))),
                isolation,
                statementMax(Optional.ofNullable(headers.get(Field.TIMEOUT))),
                transaction);
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
        long millis = Digits.only(digits, TIMEOUT_DIGITS_MAX) ? Long.parseLong(digits) : 0;
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
