package dev.reveille.gateway.web;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each request to the handler and its answer to HTTP's server layer; an answer that is there already goes on without
 * leaving the thread. A body that nobody has asked for by then is read and dropped first, if it is short: else HTTP would
 * have to close the connection behind the answer, as it does behind a long one.
 */
final class RequestLogic extends GraphStageLogic implements InHandler, OutHandler {

    private static final Logger LOG = LoggerFactory.getLogger(RequestLogic.class);

    private static final String REQUEST_ID = "Neon-Request-Id";
    private static final HttpHeader CLOSE = Connection.create("close");

    /** Bytes of a body that are read although nobody wants them, to keep the connection. */
    private static final long UNREAD_MAX = 64 * 1024;

    private final FlowShape<HttpRequest, HttpResponse> shape;
    private final WebConnection connection;
    private final AsyncCallback<Outcome> late;
    private HttpRequest request;
    private Watch body;
    private long bodyLength;
    private boolean answering;

    /** What the handler came to; exactly one of both is there. */
    private record Outcome(HttpResponse answer, Throwable failure) {}

    RequestLogic(FlowShape<HttpRequest, HttpResponse> shape, WebConnection connection) {
        super(shape);
        this.shape = shape;
        this.connection = connection;
        this.late = createAsyncCallback(this::answer);
        setHandlers(shape.in(), shape.out(), this);
    }

    @Override
    public void preStart() {
        originalStage_$eq(null); // A connection at rest has no use for the plan of its stream.
    }

    @Override
    public void onPull() {
        if (isClosed(shape.in())) {
            completeStage();
        } else if (!hasBeenPulled(shape.in())) {
            pull(shape.in());
        }
    }

    @Override
    public void onPush() {
        request = watched(grab(shape.in()));
        answering = true;
        WebRequest turn = connection.begin(request);
        CompletableFuture<HttpResponse> answer;
        try {
            answer = connection.handler().handle(turn).toCompletableFuture();
        } catch (RuntimeException failure) {
            answer(new Outcome(null, failure));
            return;
        }
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            answer(new Outcome(answer.join(), null)); // The usual case for small things; saves a trip.
        } else {
            answer.whenComplete((response, failure) -> late.invoke(new Outcome(response, failure)));
        }
    }

    @Override
    public void onUpstreamFinish() {
        if (!answering) {
            completeStage();
        }
    }

    private void answer(Outcome outcome) {
        HttpResponse answer = outcome.answer;
        if (answer == null) {
            LOG.atError()
                    .addKeyValue("session", connection.turnId())
                    .setCause(cause(outcome.failure))
                    .log("a request failed");
            answer = WebError.of(
                    StatusCodes.INTERNAL_SERVER_ERROR.intValue(),
                    "FATAL",
                    "XX000",
                    "internal error; the request id helps to find its cause");
        }
        HttpResponse found = answer;
        if (body != null && !body.used() && bodyLength <= UNREAD_MAX) {
            request.entity()
                    .getDataBytes()
                    .runForeach(_ -> {}, connection.materializer())
                    .whenComplete((_, _) -> connection.loop().execute(() -> late.invoke(new Outcome(found, null))));
            body = null;
        } else {
            push(found);
        }
    }

    private void push(HttpResponse answer) {
        HttpResponse signed = answer.getHeader(REQUEST_ID).isPresent() ? answer.removeHeader(REQUEST_ID) : answer;
        signed = signed.addHeader(
                RawHeader.create(REQUEST_ID, connection.turnId().toString()));
        if (connection.isLast()) {
            signed = signed.addHeader(CLOSE);
        }
        boolean whole = answer.entity().isStrict();
        answering = false;
        request = null;
        body = null;
        connection.answer(answer.status().intValue(), whole);
        push(shape.out(), whole ? signed : signed.withEntity(watched(answer.entity())));
        if (isClosed(shape.in())) {
            completeStage();
        }
    }

    private HttpRequest watched(HttpRequest arrived) {
        RequestEntity entity = arrived.entity();
        if (entity.isStrict()) {
            return arrived;
        }
        body = new Watch(() -> {});
        bodyLength = entity.getContentLengthOption().orElse(Long.MAX_VALUE);
        Source<ByteString, Object> data = entity.getDataBytes().via(body);
        return arrived.withEntity(
                entity.getContentLengthOption().isPresent()
                        ? HttpEntities.create(entity.getContentType(), bodyLength, data)
                        : HttpEntities.createChunked(entity.getContentType(), data));
    }

    private ResponseEntity watched(ResponseEntity entity) {
        Source<ByteString, Object> data = entity.getDataBytes().via(new Watch(connection::streamed));
        if (entity.isCloseDelimited()) {
            return HttpEntities.createCloseDelimited(entity.getContentType(), data);
        }
        OptionalLong length = entity.getContentLengthOption();
        return length.isPresent()
                ? HttpEntities.create(entity.getContentType(), length.getAsLong(), data)
                : HttpEntities.createChunked(entity.getContentType(), data);
    }

    private static Throwable cause(Throwable failure) {
        if (failure == null) {
            return new NullPointerException("the handler answered nothing");
        }
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
