package dev.reveille.gateway.redis;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where Redis is, how to be let in, and how patient to be. Begin with {@link #of} or {@link #parse}; each {@code with…}
 * gives a copy. Passwords are not printed.
 *
 * <pre>
 *   RedisSettings.parse("rediss://reveille@redis.example:6380/0")
 *       .withPassword(new FilePassword(Path.of("/run/secrets/redis"), FilePassword.LOOK_EVERY_DEFAULT))
 *       .withAuthorities(Path.of("/etc/ssl/redis-ca.pem"))
 * </pre>
 *
 * @param topology where it is
 * @param database its number; 0 in a cluster
 * @param tls whether to speak TLS, with certificate and name checked
 * @param authorities a PEM file with the only certificate authorities to trust; those of the system where there is none
 * @param user the ACL user, where it is not the default one
 * @param password where the password comes from, where one is needed
 * @param sentinelLogin how sentinels let in, which have users and passwords of their own; without one where there is none
 */
public record RedisSettings(
        RedisTopology topology,
        int database,
        boolean tls,
        Optional<Path> authorities,
        Optional<String> user,
        Optional<PasswordSource> password,
        Optional<SentinelLogin> sentinelLogin,
        RedisLimits limits) {

    /**
     * A sentinel's own user and password.
     *
     * @param user the ACL user, where it is not the default one
     */
    public record SentinelLogin(Optional<String> user, PasswordSource password) {
        @Override
        public String toString() {
            return "SentinelLogin[%s, ***]".formatted(user.orElse("default"));
        }
    }

    /** Without TLS and password, with default limits. */
    public static RedisSettings of(RedisTopology topology) {
        return new RedisSettings(
                topology,
                0,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                RedisLimits.DEFAULTS);
    }

    /**
     * What a URI says: {@code redis://[user[:password]@]host[:port][/database]}, with several hosts divided by commas
     * {@code redis-sentinel://…#primary} and {@code redis-cluster://…}, and the same with {@code rediss} for TLS.
     *
     * @throws IllegalArgumentException where it cannot be understood; its message holds no password
     */
    public static RedisSettings parse(String uri) {
        return RedisUri.parse(uri);
    }

    public RedisSettings withDatabase(int number) {
        return new RedisSettings(topology, number, tls, authorities, user, password, sentinelLogin, limits);
    }

    public RedisSettings withTls() {
        return new RedisSettings(topology, database, true, authorities, user, password, sentinelLogin, limits);
    }

    public RedisSettings withAuthorities(Path pemFile) {
        return new RedisSettings(topology, database, tls, Optional.of(pemFile), user, password, sentinelLogin, limits);
    }

    public RedisSettings withUser(String name) {
        return new RedisSettings(
                topology, database, tls, authorities, Optional.of(name), password, sentinelLogin, limits);
    }

    public RedisSettings withPassword(PasswordSource source) {
        return new RedisSettings(
                topology, database, tls, authorities, user, Optional.of(source), sentinelLogin, limits);
    }

    public RedisSettings withSentinelLogin(SentinelLogin login) {
        return new RedisSettings(topology, database, tls, authorities, user, password, Optional.of(login), limits);
    }

    public RedisSettings withLimits(RedisLimits other) {
        return new RedisSettings(topology, database, tls, authorities, user, password, sentinelLogin, other);
    }

    @Override
    public String toString() {
        return "RedisSettings[%s, database %d, tls %s, user %s, password %s]"
                .formatted(topology, database, tls, user.orElse("default"), password.isPresent() ? "***" : "none");
    }
}
