package dev.reveille.kit;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.frontend.FrontendMessage;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramClient;
import dev.reveille.protocol.scram.ScramNonce;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupMessage.Parameter;
import dev.reveille.protocol.startup.StartupPacket;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/** A client that says what the test tells it to say, message by message, over its {@link FarEnd}. */
public final class ScriptedClient {

    private final FarEnd end = new FarEnd("client");

    /** The connection itself: the flow to run, and all that is about bytes. */
    public FarEnd end() {
        return end;
    }

    public void says(FrontendMessage... messages) {
        for (FrontendMessage message : messages) {
            end.says(message.encode());
        }
    }

    public void says(StartupPacket packet) {
        end.says(packet.encode());
    }

    /** A start-up message with these names and values in turn. */
    public static StartupMessage startup(ProtocolVersion version, String... namesAndValues) {
        List<Parameter> parameters = new ArrayList<>();
        for (int at = 0; at < namesAndValues.length; at += 2) {
            parameters.add(Parameter.of(namesAndValues[at], namesAndValues[at + 1]));
        }
        return new StartupMessage(version, parameters);
    }

    /** The next message, which must be one of this kind. */
    public <M extends BackendMessage> M hears(Class<M> kind) {
        Frame frame = end.hearsFrame();
        BackendMessage message = BackendMessage.decode(frame);
        if (!kind.isInstance(message)) {
            throw new AssertionError("expected %s but heard %s".formatted(kind.getSimpleName(), message));
        }
        return kind.cast(message);
    }

    /** These messages, one after the other. */
    public void hears(BackendMessage... expected) {
        for (BackendMessage message : expected) {
            BackendMessage heard = hears(message.getClass());
            if (!heard.equals(message)) {
                throw new AssertionError("expected %s but heard %s".formatted(message, heard));
            }
        }
    }

    /** An error, and then the end. */
    public ErrorFields isRefused() {
        ErrorFields fields = hears(ErrorResponse.class).fields();
        end.hearsTheEnd();
        return fields;
    }

    /** What SCRAM told the client before its proof. */
    public record Proof(List<String> mechanisms, String challenge, ScramClient.AwaitingSignature next) {}

    /** Hears the offer of SCRAM and proves this password, up to the point where the server has to decide. */
    public Proof proves(String password) {
        return proves(password, new ChannelBinding.Unavailable());
    }

    /** The same, bound to a channel. */
    public Proof proves(String password, ChannelBinding binding) {
        List<String> mechanisms = hears(AuthenticationSasl.class).mechanisms();
        ScramClient.AwaitingChallenge first = ScramClient.begin(
                        mechanisms,
                        binding,
                        new ScramClient.Secret.Password(ByteString.fromString(password)),
                        ScramNonce.fresh())
                .orElseThrow();
        says(first.toSay());
        ByteString challenge = hears(AuthenticationSaslContinue.class).data();
        return switch (first.hear(challenge)) {
            case ScramClient.Challenged(var toSay, var next) -> {
                says(toSay);
                yield new Proof(mechanisms, challenge.utf8String(), next);
            }
            case ScramClient.Failed(String reason) -> throw new AssertionError(reason);
        };
    }

    /** Hears that the proof was good, and checks that the server knows the password too. */
    public void isLetIn(Proof proof) {
        ByteString signature = hears(AuthenticationSaslFinal.class).data();
        if (!(proof.next().hear(signature) instanceof ScramClient.Verified)) {
            throw new AssertionError("the server's signature is wrong");
        }
        hears(new AuthenticationOk());
    }
}
