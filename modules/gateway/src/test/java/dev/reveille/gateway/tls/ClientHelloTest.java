package dev.reveille.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.gateway.tls.ClientHello.Peeked;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {

    private static final int RECORD_HEADER = 5;

    @Test
    void aRealClientIsUnderstood() {
        ByteBuf bytes = Hellos.bytes("Blue.Example.com", "postgresql", "h2");

        Peeked peeked = ClientHello.peek(bytes);

        assertThat(peeked).isInstanceOfSatisfying(Peeked.Whole.class, whole -> {
            assertThat(whole.hello().serverName()).contains(new ServerName("blue.example.com"));
            assertThat(whole.hello().applicationProtocols()).containsExactly("postgresql", "h2");
            assertThat(whole.hello().versions()).contains(Hellos.TLS_1_3);
            assertThat(whole.hello().signatureSchemes()).contains(Hellos.ECDSA_P256, Hellos.RSA_PSS);
            assertThat(whole.hello().cipherSuites()).contains(0x1301, Hellos.ECDHE_ECDSA_AES_128);
        });
    }

    @Test
    void everyBeginningOfAHelloWaitsForTheRest() {
        ByteBuf bytes = Hellos.bytes("blue.example.com");

        for (int length = 0; length < bytes.readableBytes(); length++) {
            assertThat(ClientHello.peek(bytes.slice(0, length)))
                    .as("the first %d bytes", length)
                    .isEqualTo(new Peeked.Partial());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 100})
    void aHelloCutIntoSmallRecordsIsTheSameHello(int recordLength) {
        ByteBuf bytes = Hellos.bytes("blue.example.com", "postgresql");

        Peeked peeked = ClientHello.peek(inRecordsOf(recordLength, bytes));

        // Records of one byte blow the message up to six times its size, which is still within the limit.
        assertThat(peeked).isEqualTo(ClientHello.peek(bytes)).isInstanceOf(Peeked.Whole.class);
    }

    @Test
    void whatIsNotTlsIsTurnedDownAtItsFirstByte() {
        assertThat(ClientHello.peek(Unpooled.wrappedBuffer(new byte[] {0}))).isInstanceOf(Peeked.Foreign.class);
        assertThat(ClientHello.peek(Unpooled.wrappedBuffer(new byte[] {22, 4}))).isInstanceOf(Peeked.Foreign.class);
    }

    @Test
    void anEmptyRecordIsTurnedDown() {
        assertThat(ClientHello.peek(Unpooled.wrappedBuffer(new byte[] {22, 3, 1, 0, 0})))
                .isInstanceOf(Peeked.Foreign.class);
    }

    @Test
    void anotherHandshakeMessageIsTurnedDown() {
        assertThat(ClientHello.peek(Unpooled.wrappedBuffer(new byte[] {22, 3, 1, 0, 4, 2, 0, 0, 0})))
                .isInstanceOf(Peeked.Foreign.class);
    }

    @Test
    void aHelloThatAnnouncesTooMuchIsTurnedDownBeforeItComes() {
        byte[] bytes = {22, 3, 1, 0x40, 0, 1, 0, 0x40, 0};

        assertThat(ClientHello.peek(Unpooled.wrappedBuffer(bytes))).isInstanceOf(Peeked.Foreign.class);
    }

    @Test
    void aHelloThatNeverEndsIsTurnedDown() {
        ByteBuf announced = Unpooled.buffer();
        announced.writeBytes(new byte[] {22, 3, 1, 0, 4, 1, 0, 0x3F, 0});
        while (announced.readableBytes() <= ClientHello.RECORDS_LENGTH_MAX) {
            announced.writeBytes(new byte[] {22, 3, 1, 0, 1, 0});
        }

        assertThat(ClientHello.peek(announced)).isInstanceOf(Peeked.Foreign.class);
    }

    @Test
    void damagedHellosAreNeverMoreThanTurnedDown() {
        Random random = new Random(42);
        ByteBuf whole = Hellos.bytes("blue.example.com", "postgresql");
        for (int round = 0; round < 20_000; round++) {
            ByteBuf damaged = whole.copy();
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = RECORD_HEADER + random.nextInt(damaged.readableBytes() - RECORD_HEADER);
                damaged.setByte(at, random.nextInt(256));
            }
            int before = damaged.readableBytes();

            ClientHello.peek(damaged);

            assertThat(damaged.readableBytes()).isEqualTo(before);
        }
    }

    private static ByteBuf inRecordsOf(int length, ByteBuf hello) {
        ByteBuf message = hello.slice(RECORD_HEADER, hello.readableBytes() - RECORD_HEADER);
        ByteBuf records = Unpooled.buffer();
        while (message.isReadable()) {
            int part = Math.min(length, message.readableBytes());
            records.writeBytes(new byte[] {22, 3, 1}).writeShort(part).writeBytes(message, part);
        }
        return records;
    }
}
