package dev.reveille.kit;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.FrontendMessage;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramNonce;
import dev.reveille.protocol.scram.ScramServer;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupPacket;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/** A compute that hears and says what the test tells it to, message by message, over its {@link FarEnd}. */
public final class ScriptedCompute {

    private final FarEnd end = new FarEnd("compute");

    /** The connection itself: the flow to run, and all that is about bytes. */
    public FarEnd end() {
        return end;
    }

    public void says(BackendMessage... messages) {
        for (BackendMessage message : messages) {
            end.says(message.encode());
        }
    }

    /** All of these in one chunk, as a server that flushes late does. */
    public void saysAtOnce(BackendMessage... messages) {
        end.says(Arrays.stream(messages)
                .map(BackendMessage::encode)
                .reduce(ByteString.emptyByteString(), ByteString::concat));
    }

    /** A refusal, after which the compute closes the connection, as PostgreSQL does. */
    public void refuses(String sqlState, String text) {
        says(new ErrorResponse(ErrorFields.of("FATAL", sqlState, text)));
        end.hangsUp();
    }

    public StartupMessage hearsStartup() {
        StartupPacket packet = end.hears(bytes -> StartupPacket.next(bytes, StartupPacket.BODY_LENGTH_MAX_DEFAULT));
        if (packet instanceof StartupMessage startup) {
            return startup;
        }
        throw new AssertionError("expected a start-up message but heard " + packet);
    }

    /** The next message, which must be one of this kind. */
    public <M extends FrontendMessage> M hears(Class<M> kind) {
        FrontendMessage message = FrontendMessage.decode(end.hearsFrame());
        if (!kind.isInstance(message)) {
            throw new AssertionError("expected %s but heard %s".formatted(kind.getSimpleName(), message));
        }
        return kind.cast(message);
    }

    /** Asks for SCRAM and lets the visitor in if it knows the role's password. */
    public void letsIn(ScramVerifier verifier, ChannelBinding binding) {
        says(new AuthenticationSasl(ScramServer.mechanisms(binding)));
        SaslInitialResponse first = SaslInitialResponse.decode(authenticationBody());
        ScramServer.Challenged challenge =
                switch (new ScramServer.AwaitingFirst(verifier, binding, ScramNonce.fresh()).hear(first)) {
                    case ScramServer.Challenged challenged -> challenged;
                    case ScramServer.Refused(var why) -> throw new AssertionError(why.toString());
                };
        says(new AuthenticationSaslContinue(challenge.toSay()));
        SaslResponse proof = SaslResponse.decode(authenticationBody());
        switch (challenge.next().hear(proof.data())) {
            case ScramServer.Proven(ByteString toSay, var _) ->
                saysAtOnce(new AuthenticationSaslFinal(toSay), new AuthenticationOk());
            case ScramServer.Denied() -> throw new AssertionError("the visitor does not know the password");
            case ScramServer.Refused(var why) -> throw new AssertionError(why.toString());
        }
    }

    /** The same without channel binding. */
    public void letsIn(ScramVerifier verifier) {
        letsIn(verifier, new ChannelBinding.Unavailable());
    }

    /** Says of itself what a server says, and that it is ready. */
    public void greets(BackendKeyData key) {
        greets("18.0", key);
    }

    /** The same as a server of another version. */
    public void greets(String serverVersion, BackendKeyData key) {
        says(ParameterStatus.of("server_version", serverVersion), key, new ReadyForQuery(TransactionStatus.IDLE));
    }

    private ByteString authenticationBody() {
        Frame frame = end.hearsFrame();
        if (frame.tag() != SaslResponse.TAG) {
            throw new AssertionError("expected an answer to SCRAM but heard " + frame);
        }
        return frame.body();
    }
}
