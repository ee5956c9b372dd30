package dev.reveille.gateway.web;

import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Errors that the door itself answers with, in the shape that drivers read (spec 03 §7.1). */
final class WebError {

    private WebError() {}

    /**
     * An answer with all the keys.
     *
     * @param message without quotes or anything else that JSON would have to escape
     */
    static HttpResponse of(int status, String severity, String sqlState, String message) {
        return HttpResponse.create().withStatus(status).withEntity(ContentTypes.APPLICATION_JSON, """
                        {"message":"%s","code":"%s","detail":null,"hint":null,"position":null,"internalPosition":null,\
                        "internalQuery":null,"severity":"%s","where":null,"table":null,"column":null,"schema":null,\
                        "dataType":null,"constraint":null,"file":null,"line":null,"routine":null}""".formatted(
                        message, sqlState, severity));
    }
}
