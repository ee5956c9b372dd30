package dev.reveille.protocol.routing;

import dev.reveille.protocol.names.ComputeOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The start-up parameter {@code options}, split into tokens: some are for us, the others for the compute (spec 01 §6.2).
 * Escapes stay in the tokens as they came, because the compute will undo them.
 */
public record StartupOptions(List<String> tokens) {

    private static final String COMPUTE_PREFIX = "neon_";

    private static final Pattern COMPUTE_OPTION =
            Pattern.compile(COMPUTE_PREFIX + "(\\w+):(.+)", Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES);

    private static final StartupOptions NONE = new StartupOptions(List.of());

    public StartupOptions {
        tokens = List.copyOf(tokens);
    }

    /**
     * Splits at space, tab, line feed, form feed and carriage return, except where a backslash that is not itself
     * escaped stands before them. There are no empty tokens.
     */
    public static StartupOptions parse(String optionsValue) {
        if (optionsValue.isEmpty()) {
            return NONE;
        }
        List<String> tokens = new ArrayList<>();
        StringBuilder token = new StringBuilder();
        boolean escaped = false;
        for (int at = 0; at < optionsValue.length(); at++) {
            char c = optionsValue.charAt(at);
            if (isSpace(c) && !escaped) {
                endToken(token, tokens);
            } else {
                token.append(c);
                escaped = c == '\\' && !escaped;
            }
        }
        endToken(token, tokens);
        return new StartupOptions(tokens);
    }

    /**
     * The endpoint that the options name, unchecked and perhaps empty. Nothing where they name none, and nothing where
     * they name more than one, even the same one twice (spec 01 §7.1).
     */
    public Optional<String> endpointOption() {
        Optional<String> named = Optional.empty();
        for (String token : tokens) {
            Optional<String> name = EndpointPrefix.strip(token);
            if (name.isPresent() && named.isPresent()) {
                return Optional.empty();
            }
            named = name.isPresent() ? name : named;
        }
        return named;
    }

    /** The client's choices among the computes of its endpoint, sorted; duplicates stay (spec 01 §8.1). */
    public List<ComputeOption> computeOptions() {
        List<ComputeOption> chosen = new ArrayList<>();
        for (String token : tokens) {
            computeOption(token).ifPresent(chosen::add);
        }
        Collections.sort(chosen);
        return List.copyOf(chosen);
    }

    /**
     * Whether the compute shall get all parameters of the client, and not only those that every compute understands.
     * Any value of the option says yes (spec 01 §6.3).
     */
    public boolean forwardsAllParameters() {
        return computeOptions().stream().anyMatch(option -> !option.choosesCompute());
    }

    /** What remains for the compute, or nothing. */
    public Optional<String> forCompute() {
        List<String> rest = new ArrayList<>();
        for (String token : tokens) {
            if (EndpointPrefix.strip(token).isEmpty() && computeOption(token).isEmpty()) {
                rest.add(token);
            }
        }
        return rest.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", rest));
    }

    private static Optional<ComputeOption> computeOption(String token) {
        if (!token.startsWith(COMPUTE_PREFIX)) {
            return Optional.empty();
        }
        Matcher matcher = COMPUTE_OPTION.matcher(token);
        return matcher.lookingAt()
                ? Optional.of(new ComputeOption(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }

    private static void endToken(StringBuilder token, List<String> tokens) {
        if (!token.isEmpty()) {
            tokens.add(token.toString());
            token.setLength(0);
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
    }
}
