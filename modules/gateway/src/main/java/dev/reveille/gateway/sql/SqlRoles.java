package dev.reveille.gateway.sql;

import dev.reveille.session.authentication.PasswordCheckers;
import dev.reveille.session.directory.AccessDirectory;
import dev.reveille.session.statement.StatementDesk;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/**
 * Whom SQL over HTTP relies on.
 *
 * @param access who may come in
 * @param passwordCheckers stretch clear-text passwords
 * @param mockKey secret from which the verifiers of roles that do not exist are made; that of the sessions
 * @param desk carries out statements
 * @param transactions keeps transactions open between requests; absent where that is not offered
 * @param tokens checks tokens; absent where passwords alone are taken
 */
public record SqlRoles(
        AccessDirectory access,
        PasswordCheckers passwordCheckers,
        ByteString mockKey,
        StatementDesk desk,
        Optional<TransactionDoor> transactions,
        Optional<TokenCheck> tokens) {

    @Override
    public String toString() {
        return "SqlRoles[***]";
    }
}
