package dev.reveille.protocol.names;

/** The name of a PostgreSQL role, as the start-up message's {@code user} gives it; not empty. */
public record RoleName(String value) {

    public RoleName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a role needs a name");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
