package dev.reveille.protocol.startup;

import java.util.Comparator;

/**
 * A version of the protocol, as a start-up packet and NegotiateProtocolVersion carry it: major in the upper, minor in
 * the lower two bytes of one word. PostgreSQL 18 speaks 3.0 and 3.2; newer clients also try 3.9999, to keep servers
 * honest about negotiation.
 */
public record ProtocolVersion(int major, int minor) implements Comparable<ProtocolVersion> {

    public static final ProtocolVersion V3_0 = new ProtocolVersion(3, 0);
    public static final ProtocolVersion V3_2 = new ProtocolVersion(3, 2);

    private static final int PART_MAX = 0xFFFF;
    private static final Comparator<ProtocolVersion> ORDER =
            Comparator.comparingInt(ProtocolVersion::major).thenComparingInt(ProtocolVersion::minor);

    public ProtocolVersion {
        if (major < 0 || major > PART_MAX || minor < 0 || minor > PART_MAX) {
            throw new IllegalArgumentException("no such protocol version: %d.%d".formatted(major, minor));
        }
    }

    /** The version of this word. */
    public static ProtocolVersion ofCode(int code) {
        return new ProtocolVersion(code >>> 16, code & PART_MAX);
    }

    /** The whole word, such as 0x00030000 for 3.0. */
    public int code() {
        return major << 16 | minor;
    }

    @Override
    public int compareTo(ProtocolVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
