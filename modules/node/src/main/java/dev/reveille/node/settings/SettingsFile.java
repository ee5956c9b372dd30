package dev.reveille.node.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A configuration in HOCON (github.com/lightbend/config, HOCON.md) over the defaults of {@code
 * reveille-reference.conf}: {@code include} and {@code ${?VARIABLE}} work, keys that no record knows are refused.
 * Reading blocks on files; it is done once, before a node starts.
 *
 * @param settings what the file says, defaults included
 * @param effective the same as HOCON that an operator may read and pass on: secrets are masked
 */
public record SettingsFile(NodeSettings settings, String effective) {

    private static final String ROOT = "reveille";
    private static final String REFERENCE = "reveille-reference.conf";
    private static final String ENDPOINTS = "reveille.control-plane.endpoints";
    private static final String SEALING_KEYS = "reveille.cancellation.keys";
    private static final String REDIS_URI = "reveille.cancellation.redis.uri";
    private static final String MASK = "***";

    /**
     * Reads {@code file}; relative names in it are seen from the directory it is in.
     *
     * @throws InvalidSettings where it cannot be read or used
     */
    public static SettingsFile read(Path file) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new InvalidSettings("cannot read the configuration file " + file);
        }
        Config config = parse(() -> ConfigFactory.parseFile(
                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)));
        Path directory = file.toAbsolutePath().normalize().getParent();
        return of(config, directory == null ? Path.of("") : directory);
    }

    /**
     * The defaults, with {@code changes} made to them: values by full path, such as {@code reveille.drain}. Relative
     * names are seen from {@code directory}.
     *
     * @throws InvalidSettings where a change makes no sense
     */
    public static SettingsFile defaultsWith(Map<String, ?> changes, Path directory) {
        return of(ConfigFactory.parseMap(changes, "command line"), directory);
    }

    private static SettingsFile of(Config config, Path directory) {
        for (Map.Entry<String, ConfigValue> entry : config.root().entrySet()) {
            if (!entry.getKey().equals(ROOT)) {
                throw new InvalidSettings("%s is not a setting: everything belongs into reveille { … } (%s)"
                        .formatted(entry.getKey(), entry.getValue().origin().description()));
            }
        }
        Config all = parse(() -> config.withFallback(ConfigFactory.parseResources(
                        SettingsFile.class.getClassLoader(),
                        REFERENCE,
                        ConfigParseOptions.defaults().setAllowMissing(false)))
                .resolve());
        if (!(all.root().get(ROOT) instanceof ConfigObject reveille)) {
            throw new InvalidSettings("reveille must be a block: reveille { … }");
        }
        NodeSettings settings = Section.readAll(ROOT, reveille, new SettingsReader(directory)::node);
        return new SettingsFile(settings, masked(all).root().render(READABLE));
    }

    private static final ConfigRenderOptions READABLE = ConfigRenderOptions.defaults()
            .setOriginComments(false)
            .setComments(false)
            .setJson(false)
            .setFormatted(true);

    /** The secrets of a configuration: verifiers of roles, sealing keys, and a password in the URI of Redis. */
    private static Config masked(Config config) {
        List<String> keys = config.getStringList(SEALING_KEYS).stream()
                .map(key -> key.substring(0, key.indexOf(':') + 1) + MASK)
                .toList();
        String uri = config.getString(REDIS_URI);
        int at = uri.lastIndexOf('@');
        int user = uri.indexOf("://") + "://".length();
        Config masked = config.withValue(SEALING_KEYS, ConfigValueFactory.fromIterable(keys))
                .withValue(
                        REDIS_URI,
                        ConfigValueFactory.fromAnyRef(
                                at < user ? uri : uri.substring(0, user) + MASK + uri.substring(at)));
        ConfigObject endpoints = config.getObject(ENDPOINTS);
        for (String endpoint : endpoints.keySet()) {
            String roles = ENDPOINTS + "." + ConfigUtil.joinPath(endpoint, "roles");
            if (config.hasPath(roles)) {
                for (String role : config.getObject(roles).keySet()) {
                    masked = masked.withValue(
                            roles + "." + ConfigUtil.quoteString(role), ConfigValueFactory.fromAnyRef(MASK));
                }
            }
        }
        return masked;
    }

    private static Config parse(Parsing parsing) {
        try {
            return parsing.parse();
        } catch (ConfigException broken) {
            // The library quotes what it stumbled over, and that may be half of a secret.
            String message = String.valueOf(broken.getMessage())
                    .lines()
                    .findFirst()
                    .orElse("cannot be read")
                    .replaceAll("'[^']{2,}'", "'…'");
            throw new InvalidSettings("not valid HOCON: " + message);
        }
    }

    private interface Parsing {
        Config parse();
    }
}
