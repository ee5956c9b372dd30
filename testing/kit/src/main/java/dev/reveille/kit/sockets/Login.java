package dev.reveille.kit.sockets;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.NegotiateProtocolVersion;
import dev.reveille.protocol.backend.NoticeResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramClient;
import dev.reveille.protocol.scram.ScramNonce;
import dev.reveille.protocol.startup.StartupMessage;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** How a client that plays by the rules logs in with SCRAM, and what comes of it. */
public final class Login {

    private Login() {}

    /** What a login came to. */
    public sealed interface Outcome {}

    /** Inside. The key is there unless the server gave none. */
    public record Admitted(Optional<BackendKeyData> key) implements Outcome {}

    /** Turned away with a reason. */
    public record Refused(ErrorFields error) implements Outcome {}

    /** The connection was closed without a word. */
    public record Silence() implements Outcome {}

    /** Logs in over {@code client}, whose TLS, where it has any, is not bound to. */
    public static Outcome attempt(HostileClient client, StartupMessage startup, String password) throws IOException {
        client.says(startup.encode());
        return finish(client, password);
    }

    /** The rest of a login whose start-up packet is on its way. */
    public static Outcome finish(HostileClient client, String password) throws IOException {
        Optional<ScramClient.AwaitingChallenge> opening = Optional.empty();
        Optional<ScramClient.AwaitingSignature> proof = Optional.empty();
        Optional<BackendKeyData> key = Optional.empty();
        while (true) {
            Frame frame;
            try {
                frame = client.hears();
            } catch (EOFException _) {
                return new Silence();
            }
            switch (BackendMessage.decode(frame)) {
                case AuthenticationSasl offer -> {
                    opening = ScramClient.begin(
                            offer.mechanisms().stream()
                                    .filter(name -> !name.endsWith("-PLUS"))
                                    .toList(),
                            new ChannelBinding.Unavailable(),
                            new ScramClient.Secret.Password(ByteString.fromString(password)),
                            ScramNonce.fresh());
                    client.says(opening.orElseThrow().toSay().encode());
                }
                case AuthenticationSaslContinue(ByteString data) ->
                    proof = Optional.of(answer(client, opening.orElseThrow(), data));
                case AuthenticationSaslFinal(ByteString data) -> {
                    if (!(proof.orElseThrow().hear(data) instanceof ScramClient.Verified)) {
                        throw new IOException("the server does not know the password");
                    }
                }
                case ErrorResponse(ErrorFields error) -> {
                    return new Refused(error);
                }
                case BackendKeyData given -> key = Optional.of(given);
                case ReadyForQuery _ -> {
                    return new Admitted(key);
                }
                case AuthenticationOk _, NoticeResponse _, ParameterStatus _, NegotiateProtocolVersion _ -> {}
                default -> throw new IOException("unexpected " + frame);
            }
        }
    }

    private static ScramClient.AwaitingSignature answer(
            HostileClient client, ScramClient.AwaitingChallenge opening, ByteString challenge) throws IOException {
        return switch (opening.hear(challenge)) {
            case ScramClient.Challenged challenged -> {
                client.says(challenged.toSay().encode());
                yield challenged.next();
            }
            case ScramClient.Failed(String reason) -> throw new IOException(reason);
        };
    }
}
