package dev.reveille.protocol.backend;

import dev.reveille.protocol.Frame;
import dev.reveille.protocol.ProtocolViolation;

/** Whether a session is inside a transaction, as {@link ReadyForQuery} tells. */
public enum TransactionStatus {
    IDLE('I'),
    IN_TRANSACTION('T'),
    FAILED('E');

    private final byte code;

    TransactionStatus(char code) {
        this.code = (byte) code;
    }

    /** The status of this code; throws {@link ProtocolViolation} where there is none. */
    public static TransactionStatus of(byte code) {
        return switch (code) {
            case 'I' -> IDLE;
            case 'T' -> IN_TRANSACTION;
            case 'E' -> FAILED;
            default -> throw new ProtocolViolation("ReadyForQuery", "transaction status " + Frame.tagText(code));
        };
    }

    public byte code() {
        return code;
    }
}
