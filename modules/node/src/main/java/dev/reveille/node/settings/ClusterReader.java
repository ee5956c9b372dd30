package dev.reveille.node.settings;

import dev.reveille.cancellation.sealing.KeyRing;
import dev.reveille.cancellation.sealing.SealingKey;
import dev.reveille.gateway.redis.CommandPassword;
import dev.reveille.gateway.redis.FilePassword;
import dev.reveille.gateway.redis.RedisSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Reads the blocks {@code cluster} and {@code cancellation}. */
final class ClusterReader {

    private static final int SHARDS_MAX = 1_000;
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
        return new KeySettings(store, cancellation.whole("shards", 1, SHARDS_MAX), keys(cancellation));
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
        Optional<Path> passwordFile = optionalPath(redis, "password-file");
        List<String> passwordCommand = redis.list("password-command", Optional::of, "a word");
        Optional<Path> authorities = optionalPath(redis, "authorities");
        if (uri.isEmpty()) {
            return Optional.empty();
        }
        RedisSettings settings = redis.parsed("uri", ClusterReader::redisUri, REDIS_URI);
        if (passwordFile.isPresent() && !passwordCommand.isEmpty()) {
            throw redis.refusal("password-command", "and password-file cannot both say the password");
        }
        if (user.isPresent()) {
            settings = settings.withUser(user.get());
        }
        if (passwordFile.isPresent()) {
            settings = settings.withPassword(new FilePassword(passwordFile.get(), FilePassword.LOOK_EVERY_DEFAULT));
        }
        if (!passwordCommand.isEmpty()) {
            settings = settings.withPassword(new CommandPassword(
                    passwordCommand, CommandPassword.FRESH_FOR_DEFAULT, CommandPassword.MAX_DEFAULT));
        }
        if (authorities.isPresent()) {
            settings = settings.withAuthorities(authorities.get());
        }
        return Optional.of(settings);
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
