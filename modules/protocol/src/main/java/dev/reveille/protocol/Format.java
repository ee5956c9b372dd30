package dev.reveille.protocol;

/** How a value is written: format codes of the PostgreSQL manual, section "Formats and Format Codes". */
public enum Format {
    TEXT,
    BINARY;

    /** The code on the wire: 0 or 1. */
    public int code() {
        return ordinal();
    }
}
