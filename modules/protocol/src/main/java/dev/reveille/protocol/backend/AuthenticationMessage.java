package dev.reveille.protocol.backend;

import dev.reveille.protocol.BodyReader;
import org.apache.pekko.util.ByteString;

/** What a server says while it finds out who the client is: one tag for all, told apart by a code of four bytes. */
public sealed interface AuthenticationMessage extends BackendMessage
        permits AuthenticationOk,
                AuthenticationCleartextPassword,
                AuthenticationMd5Password,
                AuthenticationSasl,
                AuthenticationSaslContinue,
                AuthenticationSaslFinal,
                AuthenticationOther {

    byte TAG = 'R';

    /** Reads the message of this body; throws {@link dev.reveille.protocol.ProtocolViolation}. */
    static AuthenticationMessage decode(ByteString body) {
        BodyReader in = new BodyReader("Authentication", body);
        int code = in.int32();
        return switch (code) {
            case AuthenticationOk.CODE -> AuthenticationOk.read(in);
            case AuthenticationCleartextPassword.CODE -> AuthenticationCleartextPassword.read(in);
            case AuthenticationMd5Password.CODE -> AuthenticationMd5Password.read(in);
            case AuthenticationSasl.CODE -> AuthenticationSasl.read(in);
            case AuthenticationSaslContinue.CODE -> AuthenticationSaslContinue.read(in);
            case AuthenticationSaslFinal.CODE -> AuthenticationSaslFinal.read(in);
            default -> new AuthenticationOther(code);
        };
    }

    /** What tells this request from others. */
    int code();

    @Override
    default byte tag() {
        return TAG;
    }
}
