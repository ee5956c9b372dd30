package dev.reveille.gateway.web;

import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;

/** Where requests of one connection become answers, one after another. */
final class RequestStage extends GraphStage<FlowShape<HttpRequest, HttpResponse>> {

    private final Inlet<HttpRequest> requests = Inlet.create("RequestStage.requests");
    private final Outlet<HttpResponse> answers = Outlet.create("RequestStage.answers");
    private final FlowShape<HttpRequest, HttpResponse> shape = FlowShape.of(requests, answers);
    private final WebConnection connection;

    RequestStage(WebConnection connection) {
        this.connection = connection;
    }

    @Override
    public FlowShape<HttpRequest, HttpResponse> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes inheritedAttributes) {
        return new RequestLogic(shape, connection);
    }
}
