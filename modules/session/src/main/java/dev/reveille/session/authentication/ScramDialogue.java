package dev.reveille.session.authentication;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.frontend.PasswordMessage;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.scram.ScramRefusal;
import dev.reveille.protocol.scram.ScramServer;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.session.SessionFailure;
import org.apache.pekko.util.ByteString;

/**
 * SCRAM-SHA-256 with a client, as messages of the protocol (PostgreSQL manual, 54.3.1; spec 01 §11). One for each login;
 * whoever leads the login feeds it the client's messages one by one. Values in, values out: no socket, no clock.
 *
 * <pre>
 *   offer ──first message──▶ challenge ──proof──▶ Proven
 *                  └──────────────┴──▶ Refused
 * </pre>
 */
public final class ScramDialogue {

    private final RoleName role;
    private ScramServer.AwaitingFirst awaitingFirst;
    private ScramServer.AwaitingProof awaitingProof;

    /**
     * @param verifier the role's verifier, or a mock one where there is none: the client must not see the difference
     */
    public ScramDialogue(RoleName role, ScramVerifier verifier, ChannelBinding binding, String serverNonce) {
        this.role = role;
        this.awaitingFirst = new ScramServer.AwaitingFirst(verifier, binding, serverNonce);
    }

    /** What to do next. */
    public sealed interface Step {}

    /** Say this and hear the client's answer. */
    public record Challenge(ByteString toSay) implements Step {}

    /** The client is who it says. Say this; the keys log in to the compute. */
    public record Proven(ByteString toSay, ScramKeys keys) implements Step {}

    /** The login is over. */
    public record Refused(SessionFailure failure) implements Step {}

    /** The offer that opens the dialogue. */
    public ByteString offer() {
        return new AuthenticationSasl(ScramServer.mechanisms(awaitingFirst.binding())).encode();
    }

    /** Hears the client's next message. */
    public Step hear(Frame message) {
        if (message.tag() != PasswordMessage.TAG) {
            return violation("message '%s' in a SCRAM exchange".formatted(Frame.tagText(message.tag())));
        }
        try {
            return awaitingProof == null
                    ? first(SaslInitialResponse.decode(message.body()))
                    : proof(SaslResponse.decode(message.body()));
        } catch (ProtocolViolation malformed) {
            return violation(malformed.getMessage());
        }
    }

    private Step first(SaslInitialResponse response) {
        return switch (awaitingFirst.hear(response)) {
            case ScramServer.Challenged(ScramServer.AwaitingProof next, ByteString toSay) -> {
                awaitingProof = next;
                yield new Challenge(new AuthenticationSaslContinue(toSay).encode());
            }
            case ScramServer.Refused(ScramRefusal why) -> refused(why);
        };
    }

    private Step proof(SaslResponse response) {
        return switch (awaitingProof.hear(response.data())) {
            case ScramServer.Proven(ByteString toSay, ScramKeys keys) ->
                new Proven(new AuthenticationSaslFinal(toSay).encode().concat(new AuthenticationOk().encode()), keys);
            case ScramServer.Denied() -> new Refused(new SessionFailure.PasswordFailed(role));
            case ScramServer.Refused(ScramRefusal why) -> refused(why);
        };
    }

    private static Step refused(ScramRefusal why) {
        String log = why instanceof ScramRefusal.Malformed(String fact) ? fact : why.clientText();
        return new Refused(new SessionFailure.AuthenticationBroken(why.clientText(), log));
    }

    private static Step violation(String fact) {
        return refused(new ScramRefusal.Malformed(fact));
    }
}
