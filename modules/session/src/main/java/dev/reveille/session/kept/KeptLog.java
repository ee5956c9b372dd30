package dev.reveille.session.kept;

import static dev.reveille.session.LogText.printable;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator should know of connections that are kept. */
final class KeptLog {

    private static final Logger LOG = LoggerFactory.getLogger(KeptConnections.class);

    private static final String ROLE = "user";

    private KeptLog() {}

    /** It could not be made to forget its session. */
    static void notForgotten(Likeness likeness, String reason) {
        LOG.atInfo()
                .addKeyValue("endpoint", likeness.endpoint())
                .addKeyValue("role", printable(likeness.startup().text(ROLE).orElse("")))
                .addKeyValue("reason", reason)
                .log("a connection could not be kept");
    }
}
