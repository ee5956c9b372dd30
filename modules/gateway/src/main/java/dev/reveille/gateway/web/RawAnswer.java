package dev.reveille.gateway.web;

import dev.reveille.session.SessionId;
import org.apache.pekko.util.ByteString;

/**
 * Answers that the door gives by itself, to requests that never reach HTTP's server layer. Errors end the connection, and
 * have the shape of a transport's errors (spec 03 §7.1).
 *
 * @param status the code and its reason
 * @param message what is wrong, without quotes or anything else that JSON would have to escape
 * @param more further header lines, each with its end
 */
record RawAnswer(String status, String message, String more) {

    static final RawAnswer TOO_MANY =
            new RawAnswer("503 Service Unavailable", "too many clients are connected to this node", "");
    static final RawAnswer HEAD_TOO_LONG =
            new RawAnswer("431 Request Header Fields Too Large", "the head of the request is too long", "");
    static final RawAnswer HEAD_TOO_SLOW =
            new RawAnswer("408 Request Timeout", "the head of the request did not come in time", "");
    static final RawAnswer BODY_TOO_SLOW =
            new RawAnswer("408 Request Timeout", "the body of the request did not come in time", "");

    ByteString encode(SessionId id) {
        String body = "{\"msg\":\"" + message + "\"}";
        return ByteString.fromString("""
                HTTP/1.1 %s\r
                Neon-Request-Id: %s\r
                Connection: close\r
                Content-Type: application/json\r
                %sContent-Length: %d\r
                \r
                %s""".formatted(status, id, more, body.length(), body));
    }

    /** The code alone. */
    int code() {
        return Integer.parseInt(status.substring(0, status.indexOf(' ')));
    }
}
