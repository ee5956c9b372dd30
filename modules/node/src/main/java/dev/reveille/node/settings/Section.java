package dev.reveille.node.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One block of the configuration, on its way into a record. It remembers which keys were asked for; what is left over
 * at the end is a key that nobody knows and is refused, so the records themselves are the schema. Every complaint is
 * {@link InvalidSettings} with the path and the place.
 *
 * <p>For one thread.
 */
final class Section {

    private final String path;
    private final ConfigObject block;
    private final SortedSet<String> known = new TreeSet<>();

    private Section(String path, ConfigObject block) {
        this.path = path;
        this.block = block;
    }

    /** Reads the whole of {@code block} by {@code reader}, and refuses what the reader did not ask for. */
    static <T> T readAll(String path, ConfigObject block, Function<Section, T> reader) {
        Section section = new Section(path, block);
        T value = reader.apply(section);
        section.refuseUnknownKeys();
        return value;
    }

    <T> T block(String key, Function<Section, T> reader) {
        return readAll(at(key), blockAt(key), reader);
    }

    /** The blocks or values under {@code key} that an operator named himself, in the order of their names. */
    <T> Map<String, T> named(String key, BiFunction<Section, String, T> reader) {
        return readAll(at(key), blockAt(key), section -> {
            Map<String, T> values = new LinkedHashMap<>();
            new TreeSet<>(section.block.keySet()).forEach(name -> values.put(name, reader.apply(section, name)));
            return values;
        });
    }

    String text(String key) {
        return get(key, Config::getString, "a text");
    }

    Optional<String> optionalText(String key) {
        return has(key) ? Optional.of(text(key)).filter(text -> !text.isEmpty()) : Optional.empty();
    }

    boolean flag(String key) {
        return get(key, Config::getBoolean, "true or false");
    }

    int whole(String key, int min, int max) {
        String expected = "a whole number from %d to %d".formatted(min, max);
        double number = get(key, Config::getDouble, expected);
        if (number != Math.rint(number) || number < min || number > max) {
            throw refusal(key, "must be " + expected);
        }
        return (int) number;
    }

    double number(String key, double min, double max) {
        String expected = "a number from %s to %s".formatted(min, max);
        double number = get(key, Config::getDouble, expected);
        if (!(number >= min && number <= max)) {
            throw refusal(key, "must be " + expected);
        }
        return number;
    }

    Duration duration(String key, Duration min, Duration max) {
        String expected = "a time from %s to %s, such as 500ms, 30s or 4m".formatted(inWords(min), inWords(max));
        Duration duration = get(key, Config::getDuration, expected);
        if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
            throw refusal(key, "must be " + expected);
        }
        return duration;
    }

    <E extends Enum<E>> E choice(String key, Class<E> type) {
        String expected = "one of "
                + Arrays.stream(type.getEnumConstants()).map(Section::spelled).collect(Collectors.joining(", "));
        return parsed(
                key,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(value -> spelled(value).equals(text))
                        .findFirst(),
                expected);
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        return has(key) ? choice(key, type) : otherwise;
    }

    <T> T parsed(String key, Function<String, Optional<T>> parser, String expected) {
        return parser.apply(text(key)).orElseThrow(() -> refusal(key, "must be " + expected));
    }

    <T> List<T> list(String key, Function<String, Optional<T>> parser, String expected) {
        List<T> values = new ArrayList<>();
        if (has(key)) {
            for (String text : get(key, Config::getStringList, "a list")) {
                values.add(parser.apply(text)
                        .orElseThrow(() -> refusal(key, "holds '%s', which is not %s".formatted(text, expected))));
            }
        }
        return List.copyOf(values);
    }

    /** As {@link #list}, but what cannot be read is not repeated. */
    <T> List<T> secrets(String key, Function<String, Optional<T>> parser, String expected) {
        List<T> values = new ArrayList<>();
        if (has(key)) {
            for (String text : get(key, Config::getStringList, "a list")) {
                values.add(parser.apply(text)
                        .orElseThrow(() -> refusal(
                                key, "holds an entry %d that is not %s".formatted(values.size() + 1, expected))));
            }
        }
        return List.copyOf(values);
    }

    /** A list of blocks, {@code max} at most; an empty one where there is none. */
    <T> List<T> blocks(String key, int max, Function<Section, T> reader) {
        if (!has(key)) {
            return List.of();
        }
        if (!(block.get(key) instanceof ConfigList blocks) || blocks.size() > max) {
            throw refusal(key, "must be a list of at most %d blocks: [ { … }, { … } ]".formatted(max));
        }
        List<T> values = new ArrayList<>();
        for (ConfigValue value : blocks) {
            if (!(value instanceof ConfigObject inner)) {
                throw refusal(key, "must be a list of blocks: [ { … }, { … } ]");
            }
            values.add(readAll("%s[%d]".formatted(at(key), values.size()), inner, reader));
        }
        return List.copyOf(values);
    }

    boolean has(String key) {
        known.add(key);
        ConfigValue value = block.get(key);
        return value != null && value.valueType() != ConfigValueType.NULL;
    }

    InvalidSettings refusal(String key, String complaint) {
        ConfigValue value = block.get(key);
        return new InvalidSettings("%s %s (%s)"
                .formatted(at(key), complaint, (value == null ? block.origin() : value.origin()).description()));
    }

    private ConfigObject blockAt(String key) {
        ConfigValue value = present(key);
        if (value instanceof ConfigObject inner) {
            return inner;
        }
        throw refusal(key, "must be a block: " + key + " { … }");
    }

    private ConfigValue present(String key) {
        if (!has(key)) {
            throw refusal(key, "is missing");
        }
        return block.get(key);
    }

    private <T> T get(String key, BiFunction<Config, String, T> getter, String expected) {
        try {
            return getter.apply(present(key).atKey("value"), "value");
        } catch (ConfigException notOfThatKind) {
            // Its message may quote the value, which may be a secret.
            throw refusal(key, "must be " + expected);
        }
    }

    private void refuseUnknownKeys() {
        SortedSet<String> unknown = new TreeSet<>(block.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw refusal(unknown.first(), "is not a setting; known here: " + String.join(", ", known));
        }
    }

    private String at(String key) {
        boolean plain = key.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_');
        return path + "." + (plain ? key : '"' + key + '"');
    }

    private static String spelled(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String inWords(Duration duration) {
        return duration.toMillis() % 1_000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
