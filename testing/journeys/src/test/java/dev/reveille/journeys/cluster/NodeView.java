package dev.reveille.journeys.cluster;

import java.util.List;

/**
 * How a node appears to others and sees them.
 *
 * @param advertised the host by which others know it
 * @param jvmOptions so that it finds the others by their names
 */
record NodeView(String advertised, List<String> jvmOptions) {

    /** As configured, by addresses. */
    static final NodeView PLAIN = new NodeView("127.0.0.1", List.of());
}
