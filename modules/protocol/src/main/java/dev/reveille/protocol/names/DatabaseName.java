package dev.reveille.protocol.names;

/** The name of a PostgreSQL database; not empty. */
public record DatabaseName(String value) {

    public DatabaseName {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a database needs a name");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
