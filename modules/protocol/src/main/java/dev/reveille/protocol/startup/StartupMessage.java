package dev.reveille.protocol.startup;

import dev.reveille.protocol.BodyReader;
import dev.reveille.protocol.BodyWriter;
import dev.reveille.protocol.Utf8;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.util.ByteString;

/**
 * StartupMessage: the version that a client would like to speak, and its parameters in the order in which they came.
 * Any version but that of the requests is let through; which ones are served is decided elsewhere.
 *
 * <p>Duplicates are kept. {@link #text} finds the <em>first</em>, PostgreSQL obeys the <em>last</em>: whoever decides by
 * a parameter must look at {@link #duplicates} too (spec 01 §3).
 */
public record StartupMessage(ProtocolVersion version, List<Parameter> parameters) implements StartupPacket {

    private static final String PROTOCOL_OPTION_PREFIX = "_pq_.";

    public StartupMessage {
        parameters = List.copyOf(parameters);
    }

    /** One run-time parameter. Names are UTF-8 and not empty; values are bytes in an encoding yet to be known. */
    public record Parameter(String name, ByteString value) {

        public Parameter {
            if (name.isEmpty() || name.indexOf('\0') >= 0 || value.indexOf((byte) 0) >= 0) {
                throw new IllegalArgumentException("a start-up parameter needs a name, and holds no NUL");
            }
        }

        public static Parameter of(String name, String value) {
            return new Parameter(name, ByteString.fromString(value));
        }

        /** The value as UTF-8, with replacement characters where it is something else. */
        public String text() {
            return value.utf8String();
        }

        /** Values may be private. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** The first value of this name, as UTF-8 with replacement characters. */
    public Optional<String> text(String name) {
        for (Parameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                return Optional.of(parameter.text());
            }
        }
        return Optional.empty();
    }

    /** The names that occur more than once. */
    public Set<String> duplicates() {
        Set<String> seen = new HashSet<>();
        Set<String> twice = new LinkedHashSet<>();
        for (Parameter parameter : parameters) {
            if (!seen.add(parameter.name())) {
                twice.add(parameter.name());
            }
        }
        return twice;
    }

    /** The names of protocol options ({@code _pq_.…}), in order: what NegotiateProtocolVersion has to answer. */
    public List<String> protocolOptions() {
        List<String> names = new ArrayList<>();
        for (Parameter parameter : parameters) {
            if (parameter.name().startsWith(PROTOCOL_OPTION_PREFIX)) {
                names.add(parameter.name());
            }
        }
        return List.copyOf(names);
    }

    /** The same message without its protocol options. */
    public StartupMessage withoutProtocolOptions() {
        List<Parameter> kept = new ArrayList<>(parameters.size());
        for (Parameter parameter : parameters) {
            if (!parameter.name().startsWith(PROTOCOL_OPTION_PREFIX)) {
                kept.add(parameter);
            }
        }
        return kept.size() == parameters.size() ? this : new StartupMessage(version, kept);
    }

    @Override
    public ByteString encode() {
        BodyWriter out = new BodyWriter();
        parameters.forEach(parameter -> out.text(parameter.name()).cstring(parameter.value()));
        return StartupCodes.encode(version.code(), out.int8(0).body());
    }

    /**
     * Pairs of strings and a final NUL. A last name without a value is ignored, as the reference does; an empty name
     * ends the list, so nothing may follow it.
     */
    static StartupMessage decode(ProtocolVersion version, ByteString body) {
        BodyReader in = new BodyReader("StartupMessage", body);
        if (body.isEmpty() || body.apply(body.size() - 1) != 0) {
            throw in.violation("no terminator at the end of %d bytes".formatted(body.size()));
        }
        List<Parameter> parameters = new ArrayList<>();
        while (in.remaining() > 0) {
            String name = name(in);
            if (name.isEmpty()) {
                in.end();
            } else if (in.remaining() > 0) {
                parameters.add(new Parameter(name, in.cstring()));
            }
        }
        return new StartupMessage(version, parameters);
    }

    private static String name(BodyReader in) {
        return Utf8.strict(in.cstring()).orElseThrow(() -> in.violation("the name of a parameter is not UTF-8"));
    }

    /** Names only: values may be private. */
    @Override
    public String toString() {
        return "StartupMessage[%s, %s]".formatted(version, parameters);
    }
}
