package dev.reveille.node;

import dev.reveille.cancellation.CancellationSettings;
import dev.reveille.cancellation.cluster.ClusterLimits;
import dev.reveille.gateway.compute.DialSettings;
import dev.reveille.gateway.front.FrontDoorSettings;
import dev.reveille.gateway.front.ProxyProtocol;
import dev.reveille.gateway.postgres.ListenerSettings;
import dev.reveille.gateway.sql.SqlSettings;
import dev.reveille.gateway.tls.CertificateStore;
import dev.reveille.gateway.tls.TlsProvider;
import dev.reveille.gateway.web.WebSettings;
import dev.reveille.gateway.websocket.WebSocketSettings;
import dev.reveille.node.settings.NodeSettings;
import dev.reveille.node.transactions.RoutingLimits;
import dev.reveille.session.SessionSettings;
import dev.reveille.session.compute.EndpointSettings;
import dev.reveille.session.compute.RetryPolicy;
import dev.reveille.session.directory.AccessSettings;
import java.time.Duration;
import java.util.Optional;

/** What the operator decided, in the words of each module. */
final class LimitsOf {

    /** Pauses between retries vary by this part, so that those who failed together do not come back together. */
    private static final double JITTER = 0.2;

    private static final Duration LAST_ANSWER = Duration.ofMinutes(1);

    private LimitsOf() {}

    static SessionSettings sessions(NodeSettings node) {
        SessionSettings defaults = SessionSettings.DEFAULTS;
        return new SessionSettings(
                node.limits().loginTimeout(),
                node.limits().scramTimeout(),
                defaults.accessMax(),
                defaults.wakeMax(),
                defaults.dialMax(),
                node.compute().login(),
                defaults.hangUpMax(),
                defaults.farewellMax(),
                defaults.lastWordsMax(),
                defaults.cancelMax(),
                defaults.cancelPause(),
                node.limits().startupPacketBytes(),
                defaults.authenticationLengthMax(),
                defaults.passwordLengthMax(),
                defaults.computeLengthMax(),
                policy(node.retries().connect()));
    }

    static EndpointSettings endpoints(NodeSettings node) {
        EndpointSettings defaults = EndpointSettings.DEFAULTS;
        return new EndpointSettings(
                policy(node.retries().wake()),
                defaults.callMax(),
                node.caches().negative(),
                node.caches().nodes().idle(),
                defaults.endpointsMax(),
                node.limits().maxConnections());
    }

    static AccessSettings access(NodeSettings node) {
        AccessSettings defaults = AccessSettings.DEFAULTS;
        return new AccessSettings(
                node.caches().access().size(),
                node.caches().access().ttl(),
                node.caches().negative(),
                defaults.doubtAfter(),
                defaults.callMax());
    }

    static DialSettings dialling(NodeSettings node) {
        DialSettings defaults = DialSettings.DEFAULTS;
        return new DialSettings(
                node.compute().dns(),
                node.compute().connect(),
                node.compute().tls(),
                defaults.concurrentMax(),
                defaults.permitMax(),
                defaults.cancelMax(),
                defaults.keepAlive());
    }

    static ClusterLimits cluster(NodeSettings node) {
        return ClusterLimits.DEFAULTS.askingAtOnce(node.cancellation().nodesAtOnce());
    }

    static CancellationSettings shards(NodeSettings node) {
        CancellationSettings defaults = CancellationSettings.DEFAULTS;
        return new CancellationSettings(
                node.cancellation().shards(),
                defaults.keysMax(),
                defaults.lookUpMax(),
                defaults.settleMax(),
                defaults.registerAgainPause(),
                defaults.restartsMax(),
                defaults.restartsWithin(),
                defaults.queue());
    }

    static ListenerSettings listener(NodeSettings node) {
        return new ListenerSettings(
                node.limits().maxConnections(), node.limits().acceptBacklog());
    }

    static FrontDoorSettings front(NodeSettings node, Optional<CertificateStore> certificates) {
        ProxyProtocol proxyProtocol = switch (node.proxyProtocol().mode()) {
            case OFF -> new ProxyProtocol.Off();
            case REQUIRED -> new ProxyProtocol.Required(node.proxyProtocol().trusted());
        };
        return new FrontDoorSettings(
                certificates,
                node.tls().required(),
                proxyProtocol,
                node.limits().loginTimeout());
    }

    static WebSettings web(NodeSettings node) {
        WebSettings defaults = WebSettings.DEFAULTS;
        WebSocketSettings sockets = defaults.webSocket();
        return new WebSettings(
                node.web().plain(),
                node.web().maxConnections(),
                node.limits().acceptBacklog(),
                node.web().headTimeout(),
                node.web().headBytes(),
                node.web().bodyTimeout(),
                node.web().idleTimeout(),
                node.web().stallTimeout(),
                defaults.hangUpMax(),
                node.web().domains(),
                node.web().allowedOrigins(),
                new WebSocketSettings(
                        node.web().pingInterval(), sockets.unansweredMax(), sockets.closeMax(), sockets.heldMax()));
    }

    static SqlSettings sql(NodeSettings node) {
        SqlSettings sql = node.sql();
        return new SqlSettings(
                sql.requestBytes(),
                sql.answerBytes(),
                sql.bufferBytes(),
                sql.streamBytes(),
                sql.memoryBytes(),
                sql.bodyMax(),
                sql.readerMax(),
                node.limits().scramTimeout(),
                sql.statementMax(),
                sql.poolOptIn(),
                sql.origins(),
                sql.provenMax(),
                sql.provenFor(),
                sql.typesMax(),
                sql.typesFor(),
                sql.typeLookUpMax());
    }

    static TlsProvider provider(NodeSettings node) {
        return switch (node.tls().provider()) {
            case AUTO -> TlsProvider.AUTO;
            case OPENSSL -> TlsProvider.OPENSSL;
            case JDK -> TlsProvider.JDK;
        };
    }

    private static RetryPolicy policy(NodeSettings.Backoff backoff) {
        return new RetryPolicy(backoff.attempts(), backoff.base(), backoff.factor(), JITTER);
    }

    /** Work for a transaction of another node takes as long as the transaction may, and is answered then. */
    static RoutingLimits routing(NodeSettings settings) {
        return RoutingLimits.DEFAULTS.lasting(settings.transactions().totalMax().plus(LAST_ANSWER));
    }
}
