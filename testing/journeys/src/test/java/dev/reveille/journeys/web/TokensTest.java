package dev.reveille.journeys.web;

import static dev.reveille.kit.tokens.KeySetServer.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reveille.journeys.clients.SqlOverHttp;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.ServeNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import dev.reveille.kit.tokens.Issuer;
import dev.reveille.kit.tokens.KeySetServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Roles that tokens open, at a compute that asks the node for the role's password (spec 01 §13, spec 03 §4.4). */
@ExtendWith(SharedNode.class)
class TokensTest {

    private static final String AUDIENCE = "journeys";

    /** A key set is fetched again for an unknown key after 30 s; the rest is for a busy machine. */
    private static final Duration NEXT_FETCH = Duration.ofSeconds(75);

    /** Three failed tries and the pauses between them. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(30);

    private static final Map<String, Issuer> ISSUERS =
            Map.of("RS256", Issuer.rsa("rsa-1"), "ES256", Issuer.ec("ec-1"), "EdDSA", Issuer.ed25519("ed-1"));
    private static final Issuer BEFORE = Issuer.ec("before");
    private static final Issuer AFTER = Issuer.ec("after");

    @TempDir
    private static Path temporary;

    private static KeySetServer steady;
    private static KeySetServer rotating;
    private static KeySetServer broken;
    private static SecuredCompute compute;
    private static ServeNode node;

    @BeforeAll
    static void start(DevNode computes) throws SQLException, IOException {
        steady = new KeySetServer(says(200, Issuer.keySet(ISSUERS.values().toArray(Issuer[]::new))));
        rotating = new KeySetServer(says(200, Issuer.keySet(BEFORE)));
        broken = new KeySetServer(says(500, "secret detail"));
        compute = SecuredCompute.plain(computes, "tokens");
        Files.writeString(temporary.resolve("token-login"), compute.behind().password() + "\n");
        node = ServeNode.in(
                temporary,
                "control-plane { kind = fixed\n"
                        + compute.block("steady", believing(steady))
                        + compute.block("rotating", believing(rotating))
                        + compute.block("broken", believing(broken))
                        + compute.block("tokenless", "")
                        + "}");
    }

    @AfterAll
    static void stop() throws SQLException {
        node.close();
        compute.close();
        List.of(steady, rotating, broken).forEach(KeySetServer::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void aTokenOpensItsRoleAndTheDatabaseSeesWhatItClaims(String algorithm) {
        // Given
        String token = ISSUERS.get(algorithm).token(claims("ada", AUDIENCE, Duration.ofMinutes(5)));

        // When
        HttpResponse<String> answer = asked(
                "steady", token, "select current_user, current_setting('request.jwt.claims')::json ->> 'sub' as sub");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"rows\":[{\"current_user\":\"app\",\"sub\":\"ada\"}]");
    }

    @Test
    void everybodySeesTheirOwnRowsThroughTheSameConnection() {
        // Given
        SqlOverHttp owner = SqlOverHttp.to(node.toWeb("tokenless", compute.behind()));
        for (String statement : List.of(
                "create table note (owner text, body text)",
                "insert into note values ('ada', 'engine'), ('bob', 'tower')",
                "alter table note enable row level security",
                "alter table note force row level security",
                "create policy mine on note"
                        + " using (owner = current_setting('request.jwt.claims', true)::json ->> 'sub')")) {
            assertThat(owner.ask(statement).statusCode()).as(statement).isEqualTo(200);
        }

        // When
        List<String> answers = List.of("ada", "bob", "ada").stream()
                .map(who -> ISSUERS.get("ES256").token(claims(who, AUDIENCE, Duration.ofMinutes(5))))
                .map(token -> asked("steady", token, "select body from note").body())
                .toList();

        // Then
        assertThat(answers.get(0)).contains("\"rows\":[{\"body\":\"engine\"}]");
        assertThat(answers.get(1)).contains("\"rows\":[{\"body\":\"tower\"}]");
        assertThat(answers.get(2)).contains("\"rows\":[{\"body\":\"engine\"}]");
    }

    @Test
    void anExpiredTokenIsRefused() {
        assertRefused(
                ISSUERS.get("RS256").token(claims("ada", AUDIENCE, Duration.ofMinutes(-5))), "JWT token has expired");
    }

    @Test
    void aTokenForSomebodyElsesDoorIsRefused() {
        assertRefused(
                ISSUERS.get("RS256").token(claims("ada", "another", Duration.ofMinutes(5))),
                "invalid JWT token audience");
    }

    @ParameterizedTest
    @CsvSource({
        "none, signature algorithm not supported",
        "None, Provided authentication token is not a valid JWT encoding",
        "nOnE, Provided authentication token is not a valid JWT encoding"
    })
    void aTokenThatNobodySignedIsRefused(String none, String text) {
        String unsigned = Issuer.base64("{\"alg\":\"%s\",\"kid\":\"rsa-1\"}".formatted(none)) + "."
                + Issuer.base64(claims("ada", AUDIENCE, Duration.ofMinutes(5))) + ".";
        assertRefused(unsigned, text);
    }

    @Test
    void aTokenSignedWithAKeyThatEverybodyKnowsIsRefused() throws GeneralSecurityException {
        // Given
        Issuer issuer = ISSUERS.get("RS256");
        String content = Issuer.base64("{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}") + "."
                + Issuer.base64(claims("ada", AUDIENCE, Duration.ofMinutes(5)));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(issuer.keys().getPublic().getEncoded(), "HmacSHA256"));
        byte[] signature = mac.doFinal(content.getBytes(StandardCharsets.US_ASCII));

        // When / Then
        assertRefused(
                content + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature),
                "signature algorithm not supported");
    }

    @Test
    void aTokenOfAnotherKeyWithTheSameNameIsRefused() {
        assertRefused(
                Issuer.rsa("rsa-1").token(claims("ada", AUDIENCE, Duration.ofMinutes(5))),
                "signature error: invalid signature");
    }

    @Test
    void whereNoTokensAreTakenAPasswordIsAskedFor() {
        // When
        HttpResponse<String> answer = asked("tokenless", good("RS256"), "select 1");

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("missing authentication credentials: required password");
    }

    @Test
    void aNewKeyIsTakenUpAndTheOldOneIsGoneWithIt() {
        // Given
        String before = BEFORE.token(claims("ada", AUDIENCE, Duration.ofMinutes(5)));
        String after = AFTER.token(claims("ada", AUDIENCE, Duration.ofMinutes(5)));
        HttpResponse<String> first = asked("rotating", before, "select 1");

        // When
        rotating.answers(says(200, Issuer.keySet(AFTER)));

        // Then
        assertThat(first.statusCode()).isEqualTo(200);
        await().atMost(NEXT_FETCH)
                .pollInterval(Duration.ofMillis(250))
                .until(() -> asked("rotating", after, "select 1").statusCode() == 200);
        HttpResponse<String> gone = asked("rotating", before, "select 1");
        assertThat(gone.statusCode()).isEqualTo(400);
        assertThat(gone.body()).contains("jwk not found");
        assertThat(rotating.requests()).hasSize(2);
    }

    @Test
    void anIssuerThatIsAwayIsAReasonToComeAgain() {
        // Given
        String token = good("ES256");

        // When
        HttpResponse<String> answer = asked("broken", token, "select 1");
        broken.answers(says(200, Issuer.keySet(ISSUERS.get("ES256"))));

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.body())
                .contains("\"code\":\"57P03\"", "please try again")
                .doesNotContain("127.0.0.1", "500", "secret detail");
        await().atMost(GIVEN_UP).until(() -> asked("broken", token, "select 1").statusCode() == 200);
    }

    @Test
    void keysThatAreKnownOutliveTheirServer() {
        // Given
        asked("steady", good("EdDSA"), "select 1");
        steady.answers(says(500, "out of order"));

        // When
        int status = asked("steady", good("EdDSA"), "select 1").statusCode();

        // Then
        assertThat(status).isEqualTo(200);
    }

    @Test
    void noTokenStandsInTheLog() {
        // Given
        String good = good("RS256");
        String bad = ISSUERS.get("RS256").token(claims("ada", "another", Duration.ofMinutes(5)));

        // When
        String id = List.of(good, bad).stream()
                .map(token -> asked("steady", token, "select 'words of a statement'"))
                .map(answer -> answer.headers().firstValue("Neon-Request-Id").orElseThrow())
                .reduce((_, last) -> last)
                .orElseThrow();

        // Then
        node.process().awaitLogged(id);
        for (String token : List.of(good, bad)) {
            for (String part : token.split("\\.")) {
                assertThat(node.process().logged(part)).isZero();
            }
        }
        assertThat(node.process().logged("words of a statement")).isZero();
    }

    private static void assertRefused(String token, String text) {
        HttpResponse<String> answer = asked("steady", token, "select 1");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"code\":\"28000\"", text);
    }

    private static HttpResponse<String> asked(String endpoint, String token, String sql) {
        return SqlOverHttp.withToken(node.toWeb(endpoint, compute.behind()), token)
                .ask(sql);
    }

    private static String good(String algorithm) {
        return ISSUERS.get(algorithm).token(claims("ada", AUDIENCE, Duration.ofMinutes(5)));
    }

    private static String claims(String subject, String audience, Duration left) {
        return "{\"sub\":\"%s\",\"aud\":\"%s\",\"exp\":%d}"
                .formatted(subject, audience, Instant.now().plus(left).getEpochSecond());
    }

    private static String believing(KeySetServer server) {
        return """
                jwt-password-file = "token-login"
                jwt = [ { jwks = "%s", audience = "%s", roles = ["app"], require-expiry = true } ]
                """.formatted(server.url("/keys"), AUDIENCE);
    }
}
