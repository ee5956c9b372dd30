package dev.reveille.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of settings in docs/serving.md against the commented original. */
class DocumentedSettingsTest {

    private static final Path PAGE = Path.of("../../docs/serving.md");

    /** A row of the table: its keys, and what stands in the column of defaults. */
    private static final Pattern ROW = Pattern.compile("^\\| (`[^|]+`) \\| ([^|]+) \\| .*");

    private static final Pattern KEY = Pattern.compile("`([^`]+)`");
    private static final Pattern PLAIN = Pattern.compile("\\d+(ms|[smhd])?|true|false");

    private final Config defaults =
            ConfigFactory.parseResources("reveille-reference.conf").getConfig("reveille");
    private final Map<String, String> rows = rows();

    @Test
    void everySettingHasItsRow() {
        Set<String> missing = defaults.entrySet().stream()
                .map(Map.Entry::getKey)
                .filter(path -> !isDocumented(path))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(missing).isEmpty();
    }

    @Test
    void theDefaultsInTheTableAreTheDefaults() {
        Map<String, String> wrong = new HashMap<>();
        for (Map.Entry<String, ConfigValue> setting : defaults.entrySet()) {
            String documented = rows.getOrDefault(setting.getKey(), "");
            String really = setting.getValue().unwrapped().toString();
            if (setting.getValue().valueType() != ConfigValueType.LIST
                    && PLAIN.matcher(really).matches()
                    && !documented.isEmpty()
                    && !documented.equals(really)) {
                wrong.put(setting.getKey(), documented + " instead of " + really);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** By its path, by that of the block, or by its name alone below the row that has the path. */
    private boolean isDocumented(String path) {
        int last = path.lastIndexOf('.');
        return rows.containsKey(path)
                || last > 0 && rows.containsKey(path.substring(0, last))
                || rows.containsKey("…." + path.substring(last + 1));
    }

    private static Map<String, String> rows() {
        Map<String, String> rows = new HashMap<>();
        for (String line : lines()) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String value =
                        row.group(2).replaceAll("[ `]", "").replace("min", "m").replaceAll("days?", "d");
                KEY.matcher(row.group(1)).results().forEach(key -> rows.put(key.group(1), value));
            }
        }
        return rows;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(PAGE);
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }
}
