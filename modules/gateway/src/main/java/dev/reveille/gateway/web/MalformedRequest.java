package dev.reveille.gateway.web;

import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/**
 * What a request hears that cannot be read at all. Made by Pekko HTTP, by its name. It neither repeats nor logs what was
 * wrong: heads hold passwords.
 */
public final class MalformedRequest extends ParsingErrorHandler {

    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        return WebError.of(
                status.intValue(), "FATAL", "08P01", "the request cannot be read: " + status.defaultMessage());
    }
}
