package dev.reveille.gateway.websocket;

/** Why a WebSocket is closed (RFC 6455 §7.4.1 and IANA's registry; spec 03 §3.8). */
enum CloseCode {
    /** The session is over, in whatever way: PostgreSQL's own messages have said it. */
    NORMAL(1000),
    /** A frame that breaks the rules. */
    PROTOCOL_ERROR(1002),
    /** A text frame. */
    UNSUPPORTED_DATA(1003),
    /** The node is leaving; another one will do. */
    SERVICE_RESTART(1012),
    /** Too many of something. */
    TRY_AGAIN_LATER(1013);

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** Whether a peer may send this number in a close frame. */
    static boolean isValid(int number) {
        return number >= 1000 && number <= 1003 || number >= 1007 && number <= 1014 || number >= 3000 && number <= 4999;
    }
}
