package dev.reveille.journeys.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The way by pgjdbc. Immutable; names the endpoint by {@code options} unless told otherwise. */
public final class Jdbc {

    private static final int LOGIN_SECONDS = 60;
    private static final int ANSWER_SECONDS = 90;

    private final Destination destination;
    private final String host;
    private final Properties properties;

    private Jdbc(Destination destination, String host, Properties properties) {
        this.destination = destination;
        this.host = host;
        this.properties = properties;
    }

    public static Jdbc to(Destination destination) {
        Properties properties = new Properties();
        properties.setProperty("user", destination.role());
        properties.setProperty("password", destination.password());
        properties.setProperty("options", "endpoint=" + destination.endpoint());
        properties.setProperty("sslmode", "disable");
        properties.setProperty("sslrootcert", destination.trusted().toString());
        properties.setProperty("loginTimeout", Integer.toString(LOGIN_SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(ANSWER_SECONDS));
        return new Jdbc(destination, Destination.LOOPBACK, properties);
    }

    /** The endpoint as the first label of the server name, and nowhere else; {@code sslmode} decides who looks at it. */
    public Jdbc byServerName(String sslmode) {
        Properties changed = copy();
        changed.remove("options");
        changed.setProperty("sslmode", sslmode);
        changed.setProperty("socketFactory", LoopbackSockets.class.getName());
        return new Jdbc(destination, destination.endpoint() + ".localhost", changed);
    }

    public Jdbc with(String property, String value) {
        Properties changed = copy();
        changed.setProperty(property, value);
        return new Jdbc(destination, host, changed);
    }

    public Jdbc without(String property) {
        Properties changed = copy();
        changed.remove(property);
        return new Jdbc(destination, host, changed);
    }

    /** Also asks the endpoint for settings, as {@code options=-c …}. */
    public Jdbc withOptions(String more) {
        return with("options", "endpoint=" + destination.endpoint() + " " + more);
    }

    public Connection open() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/%s".formatted(host, destination.port(), destination.database()), properties);
    }

    /** What comes of trying to connect, which must fail. */
    public PSQLException refusal() throws SQLException {
        try (Connection _ = open()) {
            throw new AssertionError("let in");
        } catch (PSQLException refusal) {
            return refusal;
        }
    }

    /** What a server said of an error, which must be one that a server made. */
    public static ServerErrorMessage said(PSQLException failure) {
        ServerErrorMessage message = failure.getServerErrorMessage();
        if (message == null) {
            throw new AssertionError("the driver made this up by itself", failure);
        }
        return message;
    }

    /** Connects, asks one thing and leaves. */
    public String ask(String sql) throws SQLException {
        try (Connection connection = open()) {
            return ask(connection, sql);
        }
    }

    /** The first column of the first row; empty where the statement returns none. */
    public static String ask(Connection connection, String sql) throws SQLException {
        List<String> rows = rows(connection, sql);
        return rows.isEmpty() ? "" : rows.getFirst();
    }

    /** The first column of all rows. */
    public static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                ResultSet results = statement.getResultSet();
                while (results.next()) {
                    rows.add(results.getString(1));
                }
            }
        }
        return rows;
    }

    /** What the statement fails with, which it must. */
    public static PSQLException failure(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return failure(statement, sql);
        }
    }

    /** What the statement fails with, which it must. */
    public static PSQLException failure(Statement statement, String sql) throws SQLException {
        try {
            statement.execute(sql);
        } catch (PSQLException failure) {
            return failure;
        }
        throw new AssertionError("no failure: " + sql);
    }

    /** The driver's own view of the connection. */
    public static PGConnection driver(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class);
    }

    /** Says that the connection still works. */
    public static void assertAlive(Connection connection) throws SQLException {
        assertThat(ask(connection, "select 'alive'")).isEqualTo("alive");
    }

    private Properties copy() {
        Properties copy = new Properties();
        copy.putAll(properties);
        return copy;
    }
}
