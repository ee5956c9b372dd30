package dev.reveille.session.login;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;
import dev.reveille.protocol.backend.AuthenticationCleartextPassword;
import dev.reveille.protocol.backend.AuthenticationMd5Password;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationOther;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.backend.NegotiateProtocolVersion;
import dev.reveille.protocol.backend.NoticeResponse;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramClient;
import dev.reveille.protocol.scram.ScramKeys;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.session.SessionFailure;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Logs in to the compute in the client's place, with the keys that the client's proof gave away, so that no password is
 * stored anywhere (spec 01 §11.5, §17.4), and passes on what the compute says of itself until it is ready (§18.2). One for
 * each attempt; values in, values out.
 *
 * <pre>
 *   open ──AuthenticationSASL──▶ challenged ──▶ signed ──AuthenticationOk──▶ greeting ──ReadyForQuery──▶ Ready
 *     └────────────────AuthenticationOk (trust)───────────────────────────────▲
 * </pre>
 */
public final class ComputeLogin {

    private final StartupMessage startup;
    private final Optional<ScramKeys> keys;
    private final ChannelBinding binding;
    private final String nonce;

    private Optional<ScramClient.AwaitingChallenge> awaitingChallenge = Optional.empty();
    private Optional<ScramClient.AwaitingSignature> awaitingSignature = Optional.empty();
    private boolean admitted;
    private Optional<String> serverVersion = Optional.empty();

    public ComputeLogin(StartupMessage startup, ScramKeys keys, ChannelBinding binding, String nonce) {
        this(startup, Optional.of(keys), binding, nonce);
    }

    /** @param keys without them only a compute that trusts us lets us in */
    public ComputeLogin(StartupMessage startup, Optional<ScramKeys> keys, ChannelBinding binding, String nonce) {
        this.startup = startup;
        this.keys = keys;
        this.binding = binding;
        this.nonce = nonce;
    }

    /** What to do next. */
    public sealed interface Step {}

    /** Hear the next message. */
    public record Listen() implements Step {}

    /** Say this to the compute, and hear the next message. */
    public record Say(ByteString toCompute) implements Step {}

    /** Say this to the client, and hear the next message. */
    public record PassOn(ByteString toClient) implements Step {}

    /** The compute's own cancel key: give the client ours in its place, and hear the next message. */
    public record KeyGiven(BackendKeyData key) implements Step {}

    /** The compute is ready. Say this to the client, and relay. */
    public record Ready(ByteString toClient) implements Step {}

    /**
     * The login failed.
     *
     * @param mayBeElsewhere whether this may not have been the right compute, or not the right moment (spec 02 §6.4)
     */
    public record Failed(SessionFailure failure, boolean mayBeElsewhere) implements Step {}

    /** What opens the login. */
    public ByteString open() {
        return startup.encode();
    }

    /** What the compute says it is, once it has. */
    public Optional<String> serverVersion() {
        return serverVersion;
    }

    /** Hears the compute's next message. */
    public Step hear(Frame frame) {
        BackendMessage message;
        try {
            message = BackendMessage.decode(frame);
        } catch (ProtocolViolation malformed) {
            return babble(malformed.getMessage());
        }
        return switch (message) {
            case ErrorResponse error -> refused(error);
            case NoticeResponse _ -> new PassOn(frame.encode());
            case ParameterStatus parameter -> {
                if (parameter.name().equals("server_version")) {
                    serverVersion = Optional.of(parameter.text());
                }
                yield new PassOn(frame.encode());
            }
            case NegotiateProtocolVersion _ -> new Listen(); // We asked for nothing that could be refused.
            case AuthenticationOk _
            when !admitted && awaitingChallenge.isEmpty() && awaitingSignature.isEmpty() -> {
                admitted = true;
                yield new Listen();
            }
            case AuthenticationSasl(List<String> mechanisms) when !admitted -> begin(mechanisms);
            case AuthenticationSaslContinue(ByteString data) when awaitingChallenge.isPresent() -> challenged(data);
            case AuthenticationSaslFinal(ByteString data) when awaitingSignature.isPresent() -> signed(data);
            case AuthenticationCleartextPassword _ -> impossible("the compute asks for a clear-text password");
            case AuthenticationMd5Password _ -> impossible("the compute asks for an MD5 password");
            case AuthenticationOther(int code) -> impossible("the compute asks for authentication method " + code);
            case BackendKeyData key when admitted -> new KeyGiven(key);
            case ReadyForQuery _ when admitted -> new Ready(frame.encode());
            default -> babble("message '%s' during login".formatted(Frame.tagText(frame.tag())));
        };
    }

    private Step begin(List<String> mechanisms) {
        if (keys.isEmpty()) {
            return impossible("the compute asks for a proof, and there is nothing to prove with");
        }
        awaitingChallenge = ScramClient.begin(mechanisms, binding, new ScramClient.Secret.Keys(keys.get()), nonce);
        return awaitingChallenge
                .<Step>map(state -> new Say(state.toSay().encode()))
                .orElseGet(() -> impossible("the compute offers no SCRAM-SHA-256"));
    }

    private Step challenged(ByteString data) {
        ScramClient.AwaitingChallenge state = awaitingChallenge.orElseThrow();
        awaitingChallenge = Optional.empty();
        return switch (state.hear(data)) {
            case ScramClient.Challenged challenged -> {
                awaitingSignature = Optional.of(challenged.next());
                yield new Say(challenged.toSay().encode());
            }
            case ScramClient.Failed(String reason) -> impossible(reason);
        };
    }

    private Step signed(ByteString data) {
        ScramClient.AwaitingSignature state = awaitingSignature.orElseThrow();
        awaitingSignature = Optional.empty();
        return switch (state.hear(data)) {
            case ScramClient.Verified() -> new Listen();
            case ScramClient.Failed(String reason) -> impossible(reason);
        };
    }

    private Step refused(ErrorResponse error) {
        // Once it has let us in it was the right compute: what it refuses then, it means (spec 01 §18.2).
        boolean elsewhere = !admitted && LoginBlame.mayBeElsewhere(error.fields());
        return new Failed(new SessionFailure.ComputeRefused(error), elsewhere);
    }

    private static Failed impossible(String fact) {
        return new Failed(new SessionFailure.ComputeLoginImpossible(fact), true);
    }

    private static Failed babble(String fact) {
        return new Failed(new SessionFailure.ComputeBabbled(fact), true);
    }
}
