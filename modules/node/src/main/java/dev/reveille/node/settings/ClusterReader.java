package dev.reveille.node.settings;

import dev.reveille.cancellation.sealing.KeyRing;
import dev.reveille.cancellation.sealing.SealingKey;
import dev.reveille.gateway.redis.CommandPassword;
import dev.reveille.gateway.redis.FilePassword;
import dev.reveille.gateway.redis.PasswordSource;
import dev.reveille.gateway.redis.RedisSettings;
import dev.reveille.gateway.redis.RedisSettings.SentinelLogin;
import dev.reveille.gateway.redis.RedisTopology;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads the blocks {@code cluster} and {@code cancellation}. */
final class ClusterReader {

    private static final int SHARDS_MAX = 1_000;
    private static final int NODES_AT_ONCE_MAX = 100;
    private static final String SEALING_KEY =
            "NUMBER:MATERIAL, the material 32 bytes in base64: openssl rand -base64 32";
    private static final String REDIS_URI =
            "redis://HOST:PORT, rediss:// for TLS, redis-sentinel:// or redis-cluster://; a password in it is written"
                    + " with percent signs where it has odd characters";

    private final BiFunction<Section, String, Path> paths;

    /** {@code paths} reads the name of a file. */
    ClusterReader(BiFunction<Section, String, Path> paths) {
        this.paths = paths;
    }

    private enum Store {
        MEMORY,
        REDIS
    }

    ClusterSettings cluster(Section cluster) {
        Optional<InetSocketAddress> bind = cluster.optionalText("bind")
                .map(_ -> cluster.parsed("bind", ListenAddress::parse, ListenAddress.EXPECTED));
        Optional<MemberAddress> advertise = cluster.optionalText("advertise")
                .map(_ -> cluster.parsed("advertise", MemberAddress::parse, MemberAddress.EXPECTED));
        List<MemberAddress> seeds = cluster.list("seeds", MemberAddress::parse, MemberAddress.EXPECTED);
        Optional<Path> tls = cluster.block("tls", section -> optionalPath(section, "directory"));
        if (bind.isEmpty()) {
            if (advertise.isPresent() || !seeds.isEmpty() || tls.isPresent()) {
                throw cluster.refusal("bind", "is missing: where do other nodes come in?");
            }
            return new ClusterSettings(Optional.empty(), List.of());
        }
        if (advertise.isEmpty() && bind.get().getAddress().isAnyLocalAddress()) {
            throw cluster.refusal("advertise", "is missing: nobody can be told to connect to a wildcard address");
        }
        if (new HashSet<>(seeds).size() < seeds.size()) {
            throw cluster.refusal("seeds", "names a node twice");
        }
        return new ClusterSettings(
                Optional.of(new ClusterSettings.Door(
                        bind.get(), advertise.orElseGet(() -> MemberAddress.of(bind.get())), tls)),
                seeds);
    }

    KeySettings cancellation(Section cancellation) {
        Optional<RedisSettings> redis = cancellation.block("redis", this::redis);
        Optional<RedisSettings> store = switch (cancellation.choice("store", Store.class)) {
            case MEMORY -> Optional.empty();
            case REDIS -> {
                if (redis.isEmpty()) {
                    throw cancellation.refusal("redis", "needs a uri: " + REDIS_URI);
                }
                yield redis;
            }
        };
        return new KeySettings(
                store,
                cancellation.whole("shards", 1, SHARDS_MAX),
                cancellation.whole("nodes-at-once", 0, NODES_AT_ONCE_MAX),
                keys(cancellation));
    }

    private static Optional<KeyRing> keys(Section cancellation) {
        List<SealingKey> keys = cancellation.secrets("keys", ClusterReader::sealingKey, SEALING_KEY);
        if (keys.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(KeyRing.of(keys));
        } catch (IllegalArgumentException notARing) {
            throw cancellation.refusal("keys", "cannot be used together: " + notARing.getMessage());
        }
    }

    private static Optional<SealingKey> sealingKey(String text) {
        try {
            return Optional.of(SealingKey.parse(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Optional<RedisSettings> redis(Section redis) {
        Optional<String> uri = redis.optionalText("uri");
        Optional<String> user = redis.optionalText("user");
        Optional<Path> authorities = optionalPath(redis, "authorities");
        Optional<PasswordSource> password = password(redis, "password");
        Optional<String> sentinelUser = redis.optionalText("sentinel-user");
        Optional<PasswordSource> sentinelPassword = password(redis, "sentinel-password");
        if (uri.isEmpty()) {
            return Optional.empty();
        }
        RedisSettings settings = redis.parsed("uri", ClusterReader::redisUri, REDIS_URI);
        if (user.isPresent()) {
            settings = settings.withUser(user.get());
        }
        if (password.isPresent()) {
            settings = settings.withPassword(password.get());
        }
        if (sentinelUser.isPresent() && sentinelPassword.isEmpty()) {
            throw redis.refusal("sentinel-user", "needs sentinel-password-file or sentinel-password-command");
        }
        if (sentinelPassword.isPresent()) {
            if (!(settings.topology() instanceof RedisTopology.Sentinel)) {
                throw redis.refusal("uri", "names no sentinels, but they have a password: redis-sentinel://…#PRIMARY");
            }
            settings = settings.withSentinelLogin(new SentinelLogin(sentinelUser, sentinelPassword.get()));
        }
        if (authorities.isPresent()) {
            settings = settings.withAuthorities(authorities.get());
        }
        return Optional.of(settings);
    }

    /** Out of a file, or what a program prints. */
    private Optional<PasswordSource> password(Section redis, String key) {
        Optional<Path> file = optionalPath(redis, key + "-file");
        List<String> command = redis.list(key + "-command", Optional::of, "a word");
        if (file.isPresent() && !command.isEmpty()) {
            throw redis.refusal(key + "-command", "and %s-file cannot both say the password".formatted(key));
        }
        if (file.isPresent()) {
            return Optional.of(new FilePassword(file.get(), FilePassword.LOOK_EVERY_DEFAULT));
        }
        return command.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new CommandPassword(command, CommandPassword.FRESH_FOR_DEFAULT, CommandPassword.MAX_DEFAULT));
    }

    private static Optional<RedisSettings> redisUri(String text) {
        try {
            return Optional.of(RedisSettings.parse(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private Optional<Path> optionalPath(Section section, String key) {
        return section.optionalText(key).map(_ -> paths.apply(section, key));
    }
}
