package dev.reveille.gateway.sql.request;

import dev.reveille.protocol.Digits;
import dev.reveille.protocol.Utf8;
import dev.reveille.protocol.names.DatabaseName;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.routing.StartupOptions;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;

/**
 * Who and where to: {@code postgres://role:password@endpoint.example.com/database?application_name=x} (spec 03 §4.3). The
 * port, further segments of the path and parameters that nobody here knows are of no importance. The password is not printed.
 *
 * @param password as bytes; empty where there is none
 * @param parameters those of {@link #PARAMETERS} that were given, without what was meant for us
 */
public record ConnectionString(
        EndpointKey endpoint,
        RoleName role,
        DatabaseName database,
        ByteString password,
        Map<String, String> parameters) {

    /** Start-up parameters that a connection string may set. */
    public static final Set<String> PARAMETERS = Set.of(
            "application_name",
            "options",
            "search_path",
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout");

    /** Characters of one parameter; PostgreSQL takes start-up packets of 10,000 bytes. */
    public static final int PARAMETER_LENGTH_MAX = 2_048;

    /** PostgreSQL cuts names at 63 bytes; some extensions of it do not. */
    private static final int NAME_LENGTH_MAX = 1_024;

    private static final String BAD_CONNECTION_STRING = "08001";
    private static final String BAD_AUTHORIZATION = "28000";

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}\\.?");

    public ConnectionString {
        parameters = Map.copyOf(parameters);
    }

    /**
     * Reads a header's value. The first of these is what is complained of: the URL, its scheme, the database, the role, the
     * password (where {@code passwordDue}), the host, the parameters.
     */
    static ConnectionString parse(String header, boolean passwordDue) throws RequestRefused {
        String url = header.strip();
        String scheme = upTo(url, ":");
        if (!scheme.equalsIgnoreCase("postgresql") && !scheme.equalsIgnoreCase("postgres")) {
            boolean absolute =
                    scheme.length() < url.length() && SCHEME.matcher(scheme).matches();
            throw absolute
                    ? RequestRefused.connection(BAD_CONNECTION_STRING, "incorrect scheme")
                    : invalid("relative URL without a base");
        }
        if (scheme.length() == url.length()) {
            throw invalid("relative URL without a base");
        }
        String rest = upTo(url.substring(scheme.length() + 1), "#");
        String beforeQuery = upTo(rest, "?");
        if (!beforeQuery.startsWith("//")) {
            throw RequestRefused.connection(BAD_CONNECTION_STRING, "missing database name");
        }
        String authority = upTo(beforeQuery.substring(2), "/");
        int userEnd = authority.lastIndexOf('@');
        String user = userEnd < 0 ? "" : authority.substring(0, userEnd);
        String name = upTo(user, ":");
        String path = beforeQuery.substring(2 + authority.length());
        if (path.isEmpty()) {
            throw RequestRefused.connection(BAD_CONNECTION_STRING, "missing database name");
        }
        String database = name(upTo(path.substring(1), "/"));
        String role = name(name);
        if (role.isEmpty()) {
            throw RequestRefused.connection(BAD_AUTHORIZATION, "missing username");
        }
        ByteString password = name.length() == user.length()
                ? ByteString.emptyByteString()
                : PercentText.decode(user.substring(name.length() + 1));
        if (passwordDue && password.isEmpty()) {
            throw RequestRefused.connection(BAD_AUTHORIZATION, "missing authentication credentials: required password");
        }
        refuseNul(password.indexOf((byte) 0) >= 0);
        EndpointId endpoint = endpoint(authority.substring(userEnd + 1));
        Map<String, String> parameters =
                parameters(beforeQuery.length() == rest.length() ? "" : rest.substring(beforeQuery.length() + 1));
        StartupOptions options = StartupOptions.parse(parameters.getOrDefault("options", ""));
        if (!parameters.isEmpty()) {
            options.forCompute()
                    .ifPresentOrElse(own -> parameters.put("options", own), () -> parameters.remove("options"));
        }
        return new ConnectionString(
                new EndpointKey(endpoint, options.computeOptions()),
                new RoleName(role),
                new DatabaseName(database.isEmpty() ? role : database), // As PostgreSQL has it.
                password,
                parameters);
    }

    private static String name(String encoded) throws RequestRefused {
        if (encoded.length() <= NAME_LENGTH_MAX && isPlain(encoded)) {
            return encoded; // Nearly always: there is nothing to decode.
        }
        ByteString bytes = PercentText.decode(encoded);
        refuseNul(bytes.indexOf((byte) 0) >= 0);
        if (bytes.size() > NAME_LENGTH_MAX) {
            throw invalid("a name of more than %d bytes".formatted(NAME_LENGTH_MAX));
        }
        return Utf8.strict(bytes)
                .orElseThrow(
                        () -> RequestRefused.connection(BAD_CONNECTION_STRING, "invalid username: it is not UTF-8"));
    }

    /** Whether it is visible ASCII without anything that stands for something else. */
    private static boolean isPlain(String encoded) {
        for (int at = 0; at < encoded.length(); at++) {
            char c = encoded.charAt(at);
            if (c <= ' ' || c > '~' || c == '%') {
                return false;
            }
        }
        return true;
    }

    /** The host's first label. A literal address names nothing of ours, and neither do the names of other doors. */
    private static EndpointId endpoint(String hostAndPort) throws RequestRefused {
        if (hostAndPort.startsWith("[")) {
            throw missingHost();
        }
        String host = upTo(hostAndPort, ":").toLowerCase(Locale.ROOT);
        String port = hostAndPort.substring(Math.min(host.length() + 1, hostAndPort.length()));
        if (!port.isEmpty() && Digits.port(port).isEmpty()) {
            throw invalid("invalid port number");
        }
        if (host.isEmpty()) {
            throw missingHost();
        }
        if (Character.isDigit(host.charAt(0)) && IPV4.matcher(host).matches()) {
            throw invalid("the host is an address, and does not name an endpoint");
        }
        return EndpointId.parse(upTo(host, "."))
                .orElseThrow(() -> invalid("the host does not begin with the name of an endpoint"));
    }

    private static Map<String, String> parameters(String query) throws RequestRefused {
        if (query.isEmpty()) {
            return Map.of();
        }
        Map<String, String> parameters = new HashMap<>();
        for (String pair : query.split("&", -1)) {
            String encoded = upTo(pair, "=");
            String key = PercentText.decodeQuery(encoded).utf8String();
            if (!PARAMETERS.contains(key)) {
                continue;
            }
            ByteString bytes = PercentText.decodeQuery(pair.substring(Math.min(encoded.length() + 1, pair.length())));
            refuseNul(bytes.indexOf((byte) 0) >= 0);
            String value = Utf8.strict(bytes).orElseThrow(() -> invalid("%s is not UTF-8".formatted(key)));
            if (value.length() > PARAMETER_LENGTH_MAX) {
                throw invalid("%s is longer than %d characters".formatted(key, PARAMETER_LENGTH_MAX));
            }
            if (parameters.put(key, value) != null) {
                throw invalid("%s is given more than once".formatted(key));
            }
        }
        return parameters;
    }

    private static void refuseNul(boolean found) throws RequestRefused {
        if (found) {
            throw invalid("it holds a NUL");
        }
    }

    private static RequestRefused missingHost() {
        return RequestRefused.connection(BAD_CONNECTION_STRING, "missing hostname");
    }

    private static RequestRefused invalid(String reason) {
        return RequestRefused.connection(BAD_CONNECTION_STRING, "invalid connection string: " + reason);
    }

    /** What stands before the first {@code mark}, or all of it. */
    private static String upTo(String text, String mark) {
        int at = text.indexOf(mark);
        return at < 0 ? text : text.substring(0, at);
    }

    @Override
    public String toString() {
        return "ConnectionString[%s, %s, %s, ***]".formatted(endpoint, role, database);
    }
}
