package dev.reveille.session;

import dev.reveille.protocol.backend.ErrorFields;
import dev.reveille.protocol.backend.ErrorResponse;
import dev.reveille.protocol.names.RoleName;
import dev.reveille.protocol.startup.ProtocolVersion;
import java.util.Optional;

/**
 * Every way a session can end badly before its relay, and a request for statements before its answer. Each says how it
 * looks to the client (SQLSTATE and text; the texts are those of spec 01, table b, because people and tests know them, but
 * nobody is sent to a console or to pages that are not ours), whose fault it is, and what the log adds.
 */
public sealed interface SessionFailure {

    /** Whom to look at first. */
    enum Blame {
        CLIENT,
        REVEILLE,
        CONTROL_PLANE,
        COMPUTE
    }

    /** PostgreSQL manual, appendix A. */
    String sqlState();

    /** Safe to send to a stranger: no addresses, no causes, no secrets. */
    String clientText();

    Blame blame();

    /** What the client might do about it. */
    default Optional<String> hint() {
        return Optional.empty();
    }

    /** What only the operator's log shows; no secrets either. */
    default String logText() {
        return clientText();
    }

    /** The failure as the client hears it. The session's id helps whoever is asked for help to find the log. */
    default ErrorResponse response(SessionId session) {
        ErrorFields fields = ErrorFields.of("FATAL", sqlState(), clientText()).withDetail("Session " + session + ".");
        return new ErrorResponse(hint().map(fields::withHint).orElse(fields));
    }

    /** Failures that need no facts. */
    enum Plain implements SessionFailure {
        INSECURE_CONNECTION("28000", "connection is insecure (try using `sslmode=require`)", Blame.CLIENT),
        USER_MISSING("28000", "Parameter 'user' is missing in startup packet.", Blame.CLIENT),
        ENDPOINT_MISSING(
                "28000",
                "Endpoint ID is not specified. Either please upgrade the postgres client library (libpq) for SNI support"
                        + " or pass the endpoint ID (first part of the domain name) as a parameter:"
                        + " '?options=endpoint%3D<endpoint-id>'.",
                Blame.CLIENT),
        PASSWORD_MESSAGE_MALFORMED("08P01", "Malformed password message: missing terminator", Blame.CLIENT),
        AUTHENTICATION_TIMED_OUT("57014", "Authentication timed out", Blame.CLIENT),
        TOO_MANY_PASSWORD_CHECKS("53300", "too many password checks in progress, try again later", Blame.REVEILLE),
        CONTROL_PLANE_TOO_SLOW("57P03", "Control plane request failed", Blame.CONTROL_PLANE),
        COMPUTE_TOO_SLOW("57P03", "the database did not answer in time", Blame.COMPUTE),
        TOO_MANY_CONNECTION_ATTEMPTS(
                "53300",
                "Failed to acquire permit to connect to the database. Too many database connection attempts are"
                        + " currently ongoing.",
                Blame.REVEILLE),
        TOO_MANY_STATEMENTS(
                "53300",
                "too many statements are waiting for a connection to this database, try again later",
                Blame.CLIENT),
        TOO_MANY_TRANSACTIONS(
                "53300", "too many transactions are open between requests, try again later", Blame.CLIENT),
        COMPUTE_LEFT("08006", "the database server closed the connection during login", Blame.COMPUTE),
        STATEMENT_LOST(
                "08006",
                "the connection to the database server was lost while the statement was being carried out",
                Blame.COMPUTE),
        OTHER_NODE_AWAY(
                "57P03",
                "the node that has the transaction cannot be reached at the moment, try again",
                Blame.REVEILLE),
        OTHER_NODE_LOST(
                "08006",
                "the node that has the transaction was lost while the statement was being carried out",
                Blame.REVEILLE),
        LEAVING("57P01", "terminating connection due to administrator command", Blame.REVEILLE);

        private final String sqlState;
        private final String clientText;
        private final Blame blame;

        Plain(String sqlState, String clientText, Blame blame) {
            this.sqlState = sqlState;
            this.clientText = clientText;
            this.blame = blame;
        }

        @Override
        public String sqlState() {
            return sqlState;
        }

        @Override
        public String clientText() {
            return clientText;
        }

        @Override
        public Blame blame() {
            return blame;
        }

        @Override
        public Optional<String> hint() {
            return this == ENDPOINT_MISSING
                    ? Optional.of("Reveille's docs/connecting.md shows how each driver names its endpoint.")
                    : Optional.empty();
        }
    }

    /** A protocol that is not ours, such as 2.0. */
    record UnsupportedProtocol(ProtocolVersion version) implements SessionFailure {
        @Override
        public String sqlState() {
            return "0A000";
        }

        @Override
        public String clientText() {
            return "unsupported frontend protocol %s: server supports 3.0 to 3.2".formatted(version);
        }

        @Override
        public Blame blame() {
            return Blame.CLIENT;
        }
    }

    /** A parameter that decides something was given twice: we would obey the first, PostgreSQL the last. */
    record ParameterTwice(String name) implements SessionFailure {
        @Override
        public String sqlState() {
            return "08P01";
        }

        @Override
        public String clientText() {
            return "startup parameter \"%s\" is given more than once".formatted(name);
        }

        @Override
        public Blame blame() {
            return Blame.CLIENT;
        }
    }

    /** The server name and the option name different endpoints. */
    record EndpointsDiffer(String serverName, String option) implements SessionFailure {
        @Override
        public String sqlState() {
            return "28000";
        }

        @Override
        public String clientText() {
            return "Inconsistent project name inferred from SNI ('%s') and project option ('%s')."
                    .formatted(serverName, option);
        }

        @Override
        public Blame blame() {
            return Blame.CLIENT;
        }
    }

    /** What should name an endpoint cannot. */
    record EndpointMalformed(String name) implements SessionFailure {
        @Override
        public String sqlState() {
            return "28000";
        }

        @Override
        public String clientText() {
            return "Project name ('%s') must contain only alphanumeric characters and hyphen.".formatted(name);
        }

        @Override
        public Blame blame() {
            return Blame.CLIENT;
        }
    }

    /** The endpoint does not let this client in from where it is. */
    record AccessDenied(String clientText) implements SessionFailure {
        @Override
        public String sqlState() {
            return "28000";
        }

        @Override
        public Blame blame() {
            return Blame.CLIENT;
        }
    }

    /** A wrong password, an unknown role or an unknown endpoint: nobody may see the difference. */
    record PasswordFailed(RoleName role) implements SessionFailure {
        @Override
        public String sqlState() {
            return "28P01";
        }

        @Override
        public String clientText() {
            return "password authentication failed for user '%s'".formatted(role);
        }

        @Override
        public Blame blame() {
            return Blame.CLIENT;
        }
    }

    /** A login that breaks the rules of its method. */
    record AuthenticationBroken(String clientText, String logText) implements SessionFailure {
        @Override
        public String sqlState() {
            return "08P01";
        }

        @Override
        public Blame blame() {
            return Blame.CLIENT;
        }
    }

    /** The control plane refused or failed. */
    record ControlPlaneRefused(String clientText, String logText, boolean mayPass) implements SessionFailure {
        @Override
        public String sqlState() {
            return mayPass ? "57P03" : "08006";
        }

        @Override
        public Blame blame() {
            return Blame.CONTROL_PLANE;
        }
    }

    /** The compute could not be reached; where it is and why not is for the log alone. */
    record ComputeUnreachable(String logText) implements SessionFailure {
        @Override
        public String sqlState() {
            return "08001";
        }

        @Override
        public String clientText() {
            return "Couldn't connect to compute node";
        }

        @Override
        public Blame blame() {
            return Blame.COMPUTE;
        }
    }

    /** The compute refused the login: its own error passes through whole. */
    record ComputeRefused(ErrorResponse error) implements SessionFailure {
        @Override
        public String sqlState() {
            return error.fields().sqlState();
        }

        @Override
        public String clientText() {
            return error.fields().message();
        }

        @Override
        public Blame blame() {
            return Blame.COMPUTE;
        }

        @Override
        public ErrorResponse response(SessionId session) {
            return error;
        }
    }

    /** The compute says what no PostgreSQL server says at this point. */
    record ComputeBabbled(String logText) implements SessionFailure {
        @Override
        public String sqlState() {
            return "08P01";
        }

        @Override
        public String clientText() {
            return "unexpected message from server";
        }

        @Override
        public Blame blame() {
            return Blame.COMPUTE;
        }
    }

    /** The compute wants a login that we cannot make in the client's name. */
    record ComputeLoginImpossible(String logText) implements SessionFailure {
        @Override
        public String sqlState() {
            return "28000";
        }

        @Override
        public String clientText() {
            return "authentication error: the database server does not accept this login";
        }

        @Override
        public Blame blame() {
            return Blame.COMPUTE;
        }
    }
}
