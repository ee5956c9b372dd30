package dev.reveille.protocol.frontend;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.Frame;

/** What {@link Close} and {@link Describe} are about. */
public enum Target {
    STATEMENT('S'),
    PORTAL('P');

    private final byte code;

    Target(char code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }

    static Target read(BodyReader in) {
        byte code = in.int8();
        return switch (code) {
            case 'S' -> STATEMENT;
            case 'P' -> PORTAL;
            default -> throw in.violation("target " + Frame.tagText(code));
        };
    }
}
