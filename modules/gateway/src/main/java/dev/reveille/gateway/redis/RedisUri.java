package dev.reveille.gateway.redis;

import dev.reveille.protocol.Digits;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the URIs that {@link RedisSettings#parse} describes. By hand, because {@link java.net.URI} knows no list of
 * hosts; and what is wrong is named without quoting the text, which may hold a password.
 */
final class RedisUri {

    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26_379;
    private static final int PORT_MAX = 65_535;
    private static final int NUMBER_DIGITS_MAX = 5;

    private RedisUri() {}

    static RedisSettings parse(String uri) {
        int schemeEnd = uri.indexOf("://");
        String scheme = schemeEnd < 0 ? "" : uri.substring(0, schemeEnd);
        String rest = uri.substring(schemeEnd < 0 ? 0 : schemeEnd + 3);
        int hash = rest.indexOf('#');
        Optional<String> fragment = hash < 0 ? Optional.empty() : Optional.of(rest.substring(hash + 1));
        String beforeHash = hash < 0 ? rest : rest.substring(0, hash);
        require(!beforeHash.contains("?"), "it has parameters, which are settings of their own here");
        int at = beforeHash.lastIndexOf('@');
        int slash = beforeHash.indexOf('/', at + 1);
        String hosts = beforeHash.substring(at + 1, slash < 0 ? beforeHash.length() : slash);
        String path = slash < 0 ? "" : beforeHash.substring(slash + 1);

        RedisSettings settings =
                RedisSettings.of(topology(scheme, hosts, fragment)).withDatabase(database(path));
        RedisSettings secured = scheme.startsWith("rediss") ? settings.withTls() : settings;
        return at < 0 ? secured : withUserInfo(secured, beforeHash.substring(0, at));
    }

    private static RedisTopology topology(String scheme, String hosts, Optional<String> fragment) {
        return switch (scheme) {
            case "redis", "rediss" -> {
                List<RedisTopology.Node> nodes = nodes(hosts, PORT);
                require(nodes.size() == 1, "several hosts need redis-sentinel:// or redis-cluster://");
                yield new RedisTopology.Single(nodes.getFirst());
            }
            case "redis-sentinel", "rediss-sentinel" -> {
                require(fragment.filter(name -> !name.isEmpty()).isPresent(), "#primary is missing");
                yield new RedisTopology.Sentinel(nodes(hosts, SENTINEL_PORT), fragment.get());
            }
            case "redis-cluster", "rediss-cluster" -> new RedisTopology.Cluster(nodes(hosts, PORT));
            default ->
                throw new IllegalArgumentException("not a Redis URI: it begins with none of redis://, rediss://, "
                        + "redis-sentinel://, rediss-sentinel://, redis-cluster://, rediss-cluster://");
        };
    }

    private static List<RedisTopology.Node> nodes(String hosts, int defaultPort) {
        List<RedisTopology.Node> nodes = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            nodes.add(node(host, defaultPort));
        }
        return nodes;
    }

    private static RedisTopology.Node node(String text, int defaultPort) {
        int bracket = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? text : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        require(!bare.isEmpty(), "a host is missing");
        int port = colon < 0 ? defaultPort : number(text.substring(colon + 1), "a port is not a number");
        require(port > 0 && port <= PORT_MAX, "a port is not between 1 and 65535");
        return new RedisTopology.Node(bare, port);
    }

    private static int database(String path) {
        return path.isEmpty() ? 0 : number(path, "the database is not a number");
    }

    private static RedisSettings withUserInfo(RedisSettings settings, String userInfo) {
        int colon = userInfo.indexOf(':');
        String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
        RedisSettings named = user.isEmpty() ? settings : settings.withUser(user);
        return colon < 0 ? named : named.withPassword(new FixedPassword(decoded(userInfo.substring(colon + 1))));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException quotesTheText) {
            throw new IllegalArgumentException("not a Redis URI: user or password is badly encoded");
        }
    }

    private static int number(String text, String problem) {
        require(Digits.only(text, NUMBER_DIGITS_MAX), problem);
        return Integer.parseInt(text);
    }

    private static void require(boolean right, String problem) {
        if (!right) {
            throw new IllegalArgumentException("not a Redis URI: " + problem);
        }
    }
}
