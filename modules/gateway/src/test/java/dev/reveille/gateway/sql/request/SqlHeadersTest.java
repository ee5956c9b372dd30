package dev.reveille.gateway.sql.request;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.reveille.session.statement.BatchOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec 03 §4.2 and §4.4. */
class SqlHeadersTest {

    private static final String URL = "postgres://app:pw@ep/db";

    @Test
    void booleansAreExactlyTrue() throws Exception {
        // When
        SqlHeaders headers = read(
                false,
                SqlHeaders.RAW_TEXT_OUTPUT,
                "true",
                SqlHeaders.ARRAY_MODE,
                "True",
                SqlHeaders.READ_ONLY,
                "1",
                SqlHeaders.DEFERRABLE,
                "true");

        // Then
        assertThat(headers.raw()).isTrue();
        assertThat(headers.arrayMode()).isFalse();
        assertThat(headers.batch()).isEqualTo(new BatchOptions(Optional.empty(), false, true));
    }

    @Test
    void anIsolationLevelIsKnownByItsExactSpelling() throws Exception {
        assertThat(read(false, SqlHeaders.ISOLATION_LEVEL, "RepeatableRead")
                        .batch()
                        .isolation())
                .contains(BatchOptions.Isolation.REPEATABLE_READ);
        assertRefused("invalid isolation level", "22023", false, SqlHeaders.ISOLATION_LEVEL, "serializable");
    }

    @Test
    void withoutAConnectionStringNothingIsRead() {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> SqlHeaders.read(HttpRequest.POST("/sql"), false))
                .withMessage("invalid header: neon-connection-string");
    }

    @Test
    void theFirstOfTwoHeadersIsObeyedHoweverTheyAreSpelled() throws Exception {
        // When
        SqlHeaders headers = read(
                true,
                "neon-CONNECTION-string",
                "postgres://app:pw@another/db",
                "AUTHORIZATION",
                "Bearer first",
                "authorization",
                "Bearer second");

        // Then
        assertThat(headers.connection().endpoint().endpoint().value()).isEqualTo("ep");
        assertThat(headers.bearer()).contains("first");
    }

    @Test
    void aTokenIsNeverTriedWhereOnlyPasswordsAreTaken() {
        assertRefused(
                "missing authentication credentials: required password",
                "28000",
                false,
                "Authorization",
                "Bearer x.y.z");
    }

    @Test
    void aTokenIsTakenAsItIsWhereTokensAre() throws Exception {
        assertThat(read(true, "Authorization", "Bearer x.y.z").bearer()).contains("x.y.z");
        assertThat(read(true).bearer()).isEmpty();
        assertThat(read(true, "Authorization", "Bearer x.y.z").toString()).doesNotContain("x.y.z", "pw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YTpi", "bearer x", "Bearer", "Bearer ", "x"})
    void anotherAuthorizationThanABearersIsNoToken(String value) {
        assertRefused(
                "missing authentication credentials: required authorization bearer token in JWT format",
                "28000",
                true,
                "Authorization",
                value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "soon", "", "9999999999", "٣"})
    void aTimeLimitIsAPositiveNumberOfMilliseconds(String value) {
        assertRefused(
                "invalid header: reveille-statement-timeout must be a number of milliseconds above 0",
                "22023",
                false,
                SqlHeaders.STATEMENT_TIMEOUT,
                value);
    }

    @Test
    void aTimeLimitIsRead() throws Exception {
        assertThat(read(false, SqlHeaders.STATEMENT_TIMEOUT, "1500").statementMax())
                .contains(Duration.ofMillis(1500));
    }

    private static void assertRefused(String text, String sqlState, boolean tokens, String... headers) {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> read(tokens, headers))
                .withMessage(text)
                .matches(refused -> refused.sqlState().equals(sqlState) && refused.status() == 400);
    }

    private static SqlHeaders read(boolean tokens, String... headers) throws RequestRefused {
        List<HttpHeader> inOrder = new ArrayList<>();
        inOrder.add(RawHeader.create(SqlHeaders.CONNECTION_STRING.toUpperCase(ROOT), URL));
        for (int at = 0; at < headers.length; at += 2) {
            inOrder.add(RawHeader.create(headers[at], headers[at + 1]));
        }
        return SqlHeaders.read(HttpRequest.POST("/sql").withHeaders(inOrder), tokens);
    }
}
