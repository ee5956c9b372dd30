package dev.reveille.gateway.sql;

import dev.reveille.gateway.sql.answer.Cors;
import dev.reveille.gateway.sql.answer.SqlError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.util.ByteString;

/** Puts headers around bodies. Functions only; any thread. */
final class Answers {

    /** Nobody reads it: the client has gone. */
    private static final ByteString ABANDONED =
            ByteString.fromArrayUnsafe("{\"message\":\"Query cancelled, connection was terminated\",\"code\":\"08P01\"}"
                    .getBytes(StandardCharsets.US_ASCII));

    private Answers() {}

    static HttpResponse error(SqlError error, HttpRequest request, Cors cors) {
        return json(error.status(), HttpEntities.create(ContentTypes.APPLICATION_JSON, error.json()))
                .addHeaders(cors.headers(request));
    }

    static HttpResponse good(ResponseEntity body, HttpRequest request, Cors cors, List<HttpHeader> more) {
        List<HttpHeader> headers = new ArrayList<>(more);
        headers.addAll(cors.headers(request));
        return json(200, body).addHeaders(headers);
    }

    static HttpResponse abandoned() {
        return json(400, HttpEntities.create(ContentTypes.APPLICATION_JSON, ABANDONED));
    }

    private static HttpResponse json(int status, ResponseEntity body) {
        return HttpResponse.create().withStatus(StatusCodes.get(status)).withEntity(body);
    }
}
