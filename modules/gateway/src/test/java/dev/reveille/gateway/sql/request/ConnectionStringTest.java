package dev.reveille.gateway.sql.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import java.util.Random;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec 03 §4.3, scenarios 23, 24 and 48. */
class ConnectionStringTest {

    private static final String GOOD =
            "postgresql://app:secret@ep-demo-1.localtest.me:5432/shop?sslmode=require&application_name=a%20b+c"
                    + "&options=-c%20geqo%3Doff%20endpoint%3Dep-demo-1%20neon_lsn:0/2";

    @Test
    void aWholeConnectionStringIsTakenApart() throws Exception {
        // When
        ConnectionString read = ConnectionString.parse(GOOD, true);

        // Then
        assertThat(read.endpoint().endpoint().value()).isEqualTo("ep-demo-1");
        assertThat(read.endpoint().options()).containsExactly(new ComputeOption("lsn", "0/2"));
        assertThat(read.role().value()).isEqualTo("app");
        assertThat(read.database().value()).isEqualTo("shop");
        assertThat(read.password()).isEqualTo(ByteString.fromString("secret"));
        assertThat(read.parameters()).containsOnly(entry("application_name", "a b c"), entry("options", "-c geqo=off"));
        assertThat(read.toString()).doesNotContain("secret");
    }

    @Test
    void namesAndPasswordsMayHoldAnythingThatIsEncoded() throws Exception {
        // When
        ConnectionString read = ConnectionString.parse(
                "postgres://http%2Bauth%24%24:%25%2B%24%5E%26*%40!@ep-a/db%20with%20spaces/more", true);

        // Then
        assertThat(read.role().value()).isEqualTo("http+auth$$");
        assertThat(read.password()).isEqualTo(ByteString.fromString("%+$^&*@!"));
        assertThat(read.database().value()).isEqualTo("db with spaces");
    }

    @Test
    void anEmptyDatabaseIsNamedLikeTheRole() throws Exception {
        assertThat(ConnectionString.parse("postgres://app:pw@ep-a/", true)
                        .database()
                        .value())
                .isEqualTo("app");
    }

    @Test
    void aHostIsFoldedToLowerCaseSoThatItsSpellingsAreOneEndpoint() throws Exception {
        assertThat(ConnectionString.parse("POSTGRES://a:b@EP-Cool.Example.com/d", true)
                        .endpoint()
                        .endpoint()
                        .value())
                .isEqualTo("ep-cool");
    }

    @Test
    void theLastAtSignEndsTheCredentials() throws Exception {
        ConnectionString read = ConnectionString.parse("postgres://a:p@ss:word@ep/d", true);
        assertThat(read.password()).isEqualTo(ByteString.fromString("p@ss:word"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "http://a:b@ep/d ~ incorrect scheme",
                "ep-a/d ~ invalid connection string: relative URL without a base",
                "'' ~ invalid connection string: relative URL without a base",
                "postgres:ep ~ missing database name",
                "postgres://a:b@ep ~ missing database name",
                "postgres://a:b@ep?x=/d ~ missing database name",
                "postgres://ep/d ~ missing username",
                "postgres://:b@ep/d ~ missing username",
                "postgres://a@ep/d ~ missing authentication credentials: required password",
                "postgres://a:@ep/d ~ missing authentication credentials: required password",
                "postgres://a:b@/d ~ missing hostname",
                "postgres://a:b@[::1]/d ~ missing hostname",
                "postgres://a:b@:5432/d ~ missing hostname",
                "postgres://%ff:b@ep/d ~ invalid username: it is not UTF-8",
                "postgres://a:b@ep/%ff ~ invalid username: it is not UTF-8",
                "postgres://a:b@ep:port/d ~ invalid connection string: invalid port number",
                "postgres://a:b@ep:065432/d ~ invalid connection string: invalid port number",
                "postgres://a:b@ep:65536/d ~ invalid connection string: invalid port number",
                "postgres://a:b@127.0.0.1/d ~ invalid connection string: the host is an address, and does not name an endpoint",
                "postgres://a:b@ep_1/d ~ invalid connection string: the host does not begin with the name of an endpoint",
                "postgres://a:b@.ep/d ~ invalid connection string: the host does not begin with the name of an endpoint",
                "postgres://a:b@e%00p/d ~ invalid connection string: the host does not begin with the name of an endpoint",
                "postgres://a%00:b@ep/d ~ invalid connection string: it holds a NUL",
                "postgres://a:b%00@ep/d ~ invalid connection string: it holds a NUL",
                "postgres://a:b@ep/d%00options%00-c ~ invalid connection string: it holds a NUL",
                "postgres://a:b@ep/d?search_path=x%00y ~ invalid connection string: it holds a NUL",
                "postgres://a:b@ep/d?search_path=x&search_path=y ~ invalid connection string: search_path is given more than once",
            })
    void theFirstThingThatIsWrongIsSaid(String header, String text) {
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> ConnectionString.parse(header, true))
                .withMessage(text)
                .matches(refused -> refused.status() == 400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres://a:b@ep/d", "postgres://a:b@ep:/d", "postgres://a:b@ep:65535/d"})
    void aPortIsOfNoImportance(String header) throws Exception {
        assertThat(ConnectionString.parse(header, true).endpoint()).isEqualTo(EndpointKey.of(new EndpointId("ep")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%41"})
    void aNameHasALimitHoweverItIsSpelled(String oneMore) throws Exception {
        // Given
        String role = "A".repeat(oneMore.isEmpty() ? 1_024 : 1_023) + oneMore;

        // Then
        assertThat(ConnectionString.parse("postgres://%s:b@ep/d".formatted(role), true)
                        .role()
                        .value())
                .isEqualTo("A".repeat(1_024));
        assertThatExceptionOfType(RequestRefused.class)
                .isThrownBy(() -> ConnectionString.parse("postgres://%sA:b@ep/d".formatted(role), true))
                .withMessage("invalid connection string: a name of more than 1024 bytes");
    }

    @Test
    void aCallerWithATokenNeedsNoPassword() throws Exception {
        assertThat(ConnectionString.parse("postgres://a@ep/d", false).password().size())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sslmode=disable",
                "channel_binding=require",
                "user=root",
                "client_encoding=latin1",
                "replication=true",
                "%zz",
                "="
            })
    void parametersThatNobodyHereKnowsHaveNoEffect(String query) throws Exception {
        assertThat(ConnectionString.parse("postgres://a:b@ep/d?" + query, true).parameters())
                .isEmpty();
    }

    @Test
    void noMutilatedConnectionStringDoesMoreThanBeRefused() {
        Random random = new Random(4);
        for (int round = 0; round < 100_000; round++) {
            StringBuilder text = new StringBuilder(GOOD);
            for (int cut = random.nextInt(6); cut >= 0; cut--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, (char) (' ' + random.nextInt(95)));
                    default -> text.setCharAt(at, ":/@?#%&=[]".charAt(random.nextInt(10)));
                }
            }
            try {
                ConnectionString read = ConnectionString.parse(text.toString(), random.nextBoolean());
                assertThat(read.endpoint().endpoint().value()).matches("[a-z0-9-]{1,63}");
                assertThat(read.parameters().keySet()).isSubsetOf(ConnectionString.PARAMETERS);
            } catch (RequestRefused refused) {
                assertThat(refused.status()).isEqualTo(400);
            }
        }
    }
}
