package dev.reveille.protocol.scram;

import static dev.reveille.protocol.scram.Vectors.BOUND;
import static dev.reveille.protocol.scram.Vectors.SALT;
import static dev.reveille.protocol.scram.Vectors.UNBOUND;
import static dev.reveille.protocol.scram.Vectors.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.ongres.scram.client.ScramClient;
import dev.reveille.protocol.Wire;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.scram.ScramServer.AwaitingFirst;
import dev.reveille.protocol.scram.ScramServer.Challenged;
import dev.reveille.protocol.scram.ScramServer.Denied;
import dev.reveille.protocol.scram.ScramServer.Proven;
import dev.reveille.protocol.scram.ScramServer.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client that the PostgreSQL JDBC driver uses, against our server. */
class AnotherClientTest {

    @ParameterizedTest(name = "{index}")
    @ValueSource(strings = {"correct horse", "I\u00ADX", "p\u00E4ssw\u00F6rd", "\u2168", "x"})
    void itIsProvenAndVerifiesUs(String password) throws Exception {
        // Given
        ScramClient client = client(UNBOUND, password);
        Challenged challenged = challenge(client, UNBOUND, password);

        // When
        client.serverFirstMessage(challenged.toSay().utf8String());
        Verdict verdict =
                challenged.next().hear(bytes(client.clientFinalMessage().toString()));

        // Then
        String last = ((Proven) verdict).toSay().utf8String();
        assertThatCode(() -> client.serverFinalMessage(last)).doesNotThrowAnyException();
    }

    @Test
    void itIsProvenWhenBoundToTheChannel() throws Exception {
        // Given
        ScramClient client = client(BOUND, "correct horse");
        Challenged challenged = challenge(client, BOUND, "correct horse");

        // When
        client.serverFirstMessage(challenged.toSay().utf8String());
        Verdict verdict =
                challenged.next().hear(bytes(client.clientFinalMessage().toString()));

        // Then
        String last = ((Proven) verdict).toSay().utf8String();
        assertThat(client.getScramMechanism().getName()).isEqualTo("SCRAM-SHA-256-PLUS");
        assertThatCode(() -> client.serverFinalMessage(last)).doesNotThrowAnyException();
    }

    @Test
    void itIsDeniedWithAnotherPassword() throws Exception {
        // Given
        ScramClient client = client(UNBOUND, "wrong");
        Challenged challenged = challenge(client, UNBOUND, "correct horse");

        // When
        client.serverFirstMessage(challenged.toSay().utf8String());
        Verdict verdict =
                challenged.next().hear(bytes(client.clientFinalMessage().toString()));

        // Then
        assertThat(verdict).isEqualTo(new Denied());
    }

    private static Challenged challenge(ScramClient client, ChannelBinding binding, String password) {
        String first = client.clientFirstMessage().toString();
        return (Challenged)
                new AwaitingFirst(ScramVerifier.ofPassword(password, SALT, 4096), binding, ScramNonce.fresh())
                        .hear(new SaslInitialResponse(client.getScramMechanism().getName(), bytes(first)));
    }

    private static ScramClient client(ChannelBinding binding, String password) {
        ScramClient.FinalBuildStage stage = ScramClient.builder()
                .advertisedMechanisms(ScramServer.mechanisms(binding))
                .username("*")
                .password(password.toCharArray());
        return switch (binding) {
            case ChannelBinding.EndPoint _ ->
                stage.channelBinding(
                                "tls-server-end-point",
                                Wire.bytes("aa".repeat(32)).toArray())
                        .build();
            case ChannelBinding.Unavailable() -> stage.build();
        };
    }
}
