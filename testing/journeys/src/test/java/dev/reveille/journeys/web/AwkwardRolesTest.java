package dev.reveille.journeys.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.SqlOverHttp;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.ServeNode;
import dev.reveille.journeys.house.SharedNode;
import dev.reveille.journeys.serve.SecuredCompute;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.scram.ScramVerifier;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Roles whose names, passwords or limits are unusual (spec 03, scenarios 9, 23 and 46). */
@ExtendWith(SharedNode.class)
class AwkwardRolesTest {

    private static final String READY = "Z\0\0\0\5I";
    private static final ByteString SALT = ByteString.fromString("0123456789abcdef");

    /** Names and passwords. */
    private static final Map<String, String> ROLES =
            Map.of("http+auth$$", "%+$^&*@!", "long-winded", "sesame-".repeat(600), "crowded", "secret");

    @TempDir
    private static Path temporary;

    private static SecuredCompute compute;
    private static ServeNode node;

    @BeforeAll
    static void start(DevNode computes) throws SQLException {
        compute = SecuredCompute.plain(computes, "awkward-roles");
        StringBuilder verifiers = new StringBuilder();
        for (Map.Entry<String, String> role : ROLES.entrySet()) {
            String verifier =
                    ScramVerifier.ofPassword(role.getValue(), SALT, 4_096).encode();
            Jdbc.to(compute.behind()).ask("create role \"%s\" login password '%s'".formatted(role.getKey(), verifier));
            verifiers.append("roles.\"%s\" = \"%s\"\n".formatted(role.getKey(), verifier));
        }
        Jdbc.to(compute.behind()).ask("alter role crowded connection limit 0");
        node = ServeNode.in(
                temporary,
                "web.domains = [localtest.me]\ncontrol-plane { kind = fixed\n"
                        + compute.block("blue", verifiers.toString()) + "}");
    }

    @AfterAll
    static void stop() throws SQLException {
        node.close();
        compute.close();
    }

    @Test
    void whatUrlsCannotHoldIsPercentEncoded() {
        // When
        HttpResponse<String> answer =
                SqlOverHttp.to(node.toWeb("blue", as("http+auth$$"))).ask("select current_user");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("http+auth$$");
    }

    @Test
    void aPasswordOfFourKilobytesOpensBothDoors() throws IOException {
        // Given
        Destination behind = as("long-winded");

        // When
        HttpResponse<String> answer = SqlOverHttp.to(node.toWeb("blue", behind)).ask("select current_user");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        try (WebSocketClient client =
                new WebSocketClient(node.doors().web(), "/?address=blue.localtest.me:5432", "x")) {
            client.sends(WebSocketClient.login(behind, behind.password(), new Query("select current_user").encode()));
            client.hearsUntil(READY);
            assertThat(client.hearsUntil(READY)).contains("long-winded");
        }
    }

    @Test
    void aComputeThatIsFullSaysSoInItsOwnWords() {
        // When
        HttpResponse<String> answer =
                SqlOverHttp.to(node.toWeb("blue", as("crowded"))).ask("select 1");

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"code\":\"53300\"", "too many connections for role", "\"severity\":\"FATAL\"");
    }

    private static Destination as(String role) {
        return compute.behind().as(role, ROLES.get(role));
    }
}
