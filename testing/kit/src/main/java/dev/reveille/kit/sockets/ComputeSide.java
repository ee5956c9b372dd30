package dev.reveille.kit.sockets;

import dev.reveille.protocol.Format;
import dev.reveille.protocol.Frame;
import dev.reveille.protocol.backend.AuthenticationOk;
import dev.reveille.protocol.backend.AuthenticationSasl;
import dev.reveille.protocol.backend.AuthenticationSaslContinue;
import dev.reveille.protocol.backend.AuthenticationSaslFinal;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.BackendMessage;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.RowDescription;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.SaslInitialResponse;
import dev.reveille.protocol.frontend.SaslResponse;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.protocol.scram.ChannelBinding;
import dev.reveille.protocol.scram.ScramNonce;
import dev.reveille.protocol.scram.ScramServer;
import dev.reveille.protocol.scram.ScramVerifier;
import dev.reveille.protocol.startup.GssEncRequest;
import dev.reveille.protocol.startup.SslRequest;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.protocol.startup.StartupPacket;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.pekko.util.ByteString;

/** One visitor of a {@link ListeningCompute}, seen from the compute: what a script is written with. For one thread. */
public final class ComputeSide {

    /** How long a script waits for anything. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int TEXT_OID = 25;
    private static final ByteString NO = ByteString.fromString("N");
    private static final ByteString YES = ByteString.fromString("S");

    private final BlockingWire wire;

    ComputeSide(Socket visitor) throws IOException {
        this.wire = new BlockingWire(visitor, PATIENCE);
    }

    /** What an honest compute says to a query, up to and with ReadyForQuery. */
    @FunctionalInterface
    public interface Answers {
        void answer(String sql, ComputeSide visitor) throws IOException;
    }

    // ---- hearing ----

    /** The next packet without a tag. */
    public StartupPacket hearsPacket() throws IOException {
        return wire.readStartupPacket();
    }

    /** The next packet that is no request for encryption; those are declined. */
    public StartupPacket hearsOpening() throws IOException {
        while (true) {
            StartupPacket packet = hearsPacket();
            if (packet instanceof SslRequest || packet instanceof GssEncRequest) {
                says(NO);
            } else {
                return packet;
            }
        }
    }

    /** The visitor's StartupMessage; requests for encryption are declined, whoever wants to cancel is sent away. */
    public StartupMessage hearsStartup() throws IOException {
        if (hearsOpening() instanceof StartupMessage startup) {
            return startup;
        }
        throw new EOFException("a cancel request");
    }

    public Frame hears() throws IOException {
        return wire.readFrame();
    }

    public byte hearsByte() throws IOException {
        return wire.readByte();
    }

    /** Says nothing, hears everything, and waits for the visitor to go. */
    public void hangs() throws IOException {
        wire.readToTheEnd();
    }

    // ---- saying ----

    public void says(BackendMessage... messages) throws IOException {
        ByteString all = ByteString.emptyByteString();
        for (BackendMessage message : messages) {
            all = all.concat(message.encode());
        }
        says(all);
    }

    public void says(ByteString bytes) throws IOException {
        wire.write(bytes);
    }

    /** Is gone as after a crash: the visitor sees a reset. */
    public void dies() throws IOException {
        wire.reset();
    }

    // ---- what an honest compute does ----

    /** Grants the request for TLS that comes next, and goes through the handshake. */
    public void securesItself(SSLContext identity) throws IOException {
        hearsPacket();
        says(YES);
        SSLSocket secured = (SSLSocket) identity.getSocketFactory().createSocket(wire.socket(), null, true);
        secured.setUseClientMode(false);
        secured.startHandshake();
        wire.change(secured);
    }

    /** Offers SCRAM-SHA-256 and sees it through to AuthenticationOk. */
    public void admits(ScramVerifier verifier) throws IOException {
        says(new AuthenticationSasl(List.of("SCRAM-SHA-256")));
        ScramServer.AwaitingProof challenged = challenges(verifier);
        SaslResponse last = SaslResponse.decode(hears().body());
        if (!(challenged.hear(last.data()) instanceof ScramServer.Proven proven)) {
            throw new IOException("the visitor has not the right keys");
        }
        says(new AuthenticationSaslFinal(proven.toSay()), new AuthenticationOk());
    }

    /** Hears the visitor's first SCRAM message and answers with an honest challenge. */
    public ScramServer.AwaitingProof challenges(ScramVerifier verifier) throws IOException {
        SaslInitialResponse first = SaslInitialResponse.decode(hears().body());
        if (new ScramServer.AwaitingFirst(verifier, new ChannelBinding.Unavailable(), ScramNonce.fresh()).hear(first)
                instanceof ScramServer.Challenged(ScramServer.AwaitingProof next, ByteString toSay)) {
            says(new AuthenticationSaslContinue(toSay));
            return next;
        }
        throw new IOException("the visitor does not keep to SCRAM");
    }

    /** What follows AuthenticationOk. */
    public void greets() throws IOException {
        says(
                new ParameterStatus("server_version", ByteString.fromString("17.0 (scripted)")),
                new ParameterStatus("client_encoding", ByteString.fromString("UTF8")),
                new BackendKeyData(4711, ByteString.fromInts(1, 2, 3, 4)),
                ready());
    }

    /** Answers simple queries until the visitor says goodbye. */
    public void serves(Answers answers) throws IOException {
        for (Frame frame = hears(); frame.tag() != Terminate.TAG; frame = hears()) {
            if (frame.tag() == Query.TAG) {
                answers.answer(Query.decode(frame.body()).sql(), this);
            }
        }
    }

    /** The whole answer to a query: rows of one column each. */
    public static ByteString rows(List<String> texts) {
        ByteString answer = new RowDescription(
                        List.of(new RowDescription.Column("text", 0, (short) 0, TEXT_OID, (short) -1, -1, Format.TEXT)))
                .encode();
        for (String text : texts) {
            answer = answer.concat(row(text).encode());
        }
        return answer.concat(new CommandComplete("SELECT " + texts.size()).encode())
                .concat(ready().encode());
    }

    public static DataRow row(String text) {
        return new DataRow(List.of(Optional.of(ByteString.fromString(text))));
    }

    public static ReadyForQuery ready() {
        return new ReadyForQuery(TransactionStatus.IDLE);
    }
}
