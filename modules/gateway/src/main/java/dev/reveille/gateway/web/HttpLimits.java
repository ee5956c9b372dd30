package dev.reveille.gateway.web;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.event.NoLogging;
import org.apache.pekko.http.javadsl.settings.ServerSettings;

/**
 * How Pekko HTTP's server layer is set up at this door, whatever its own defaults are (spec 03 §18). Time is measured by
 * the door; nothing of a request is ever logged by the layer, because heads hold passwords.
 */
final class HttpLimits {

    /** The layer would log whole URIs, which may hold tokens. */
    static final LoggingAdapter SILENT = NoLogging.getInstance();

    private HttpLimits() {}

    static ServerSettings of(ActorSystem<?> system, WebSettings settings) {
        return ServerSettings.create(
                ConfigFactory.parseString("""
                        pekko.http.server {
                          idle-timeout = infinite
                          # Not "infinite", with which a stage of the layer makes a Timeout-Access for each request.
                          request-timeout = off
                          server-header = ""
                          pipelining-limit = 1
                          transparent-head-requests = off
                          verbose-error-messages = off
                          remote-address-header = off
                          raw-request-uri-header = off
                          # HTTP/1.0 has none, and that is what simple health checks speak.
                          default-host-header = "localhost"
                          parsing {
                            error-handler = "%s"
                            error-logging-verbosity = off
                            illegal-header-warnings = off
                            max-uri-length = 8k
                            max-header-count = 64
                            max-header-value-length = %d
                            # Whoever reads a body has a limit of its own, and answers when it is passed.
                            max-content-length = infinite
                          }
                        }""".formatted(MalformedRequest.class.getName(), settings.headLengthMax()))
                        .withFallback(system.settings().config()));
    }
}
