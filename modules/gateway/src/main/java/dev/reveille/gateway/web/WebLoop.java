package dev.reveille.gateway.web;

import dev.reveille.gateway.loops.Loop;
import dev.reveille.session.ClientConnection.ClientTls;
import dev.reveille.session.relay.Link;
import dev.reveille.session.visit.Sessions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;

/** What the web connections of one loop share. Used on the loop only. */
final class WebLoop {

    private final Loop loop;
    private final WebSettings settings;
    private final WebHandler handler;
    private final Function<Link, Flow<HttpResponse, HttpRequest, NotUsed>> http;
    private final Materializer materializer;
    private final ActorRef<Sessions.Message> sessions;
    private final Set<WebConnection> present = new HashSet<>();
    private final CompletableFuture<Done> empty = new CompletableFuture<>();
    private Set<String> certified = Set.of();
    private Set<String> domains;
    private boolean draining;

    WebLoop(
            Loop loop,
            WebSettings settings,
            WebHandler handler,
            Function<Link, Flow<HttpResponse, HttpRequest, NotUsed>> http,
            Materializer materializer,
            ActorRef<Sessions.Message> sessions) {
        this.loop = loop;
        this.settings = settings;
        this.handler = handler;
        this.http = http;
        this.materializer = materializer;
        this.sessions = sessions;
        this.domains = settings.domains();
    }

    Loop loop() {
        return loop;
    }

    WebSettings settings() {
        return settings;
    }

    WebHandler handler() {
        return handler;
    }

    Materializer materializer() {
        return materializer;
    }

    boolean draining() {
        return draining;
    }

    void joined(WebConnection connection) {
        present.add(connection);
    }

    void left(WebConnection connection) {
        present.remove(connection);
        tellIfEmpty();
    }

    /** Begins to carry HTTP on a connection. */
    void carry(WebConnection connection) {
        http.apply(connection)
                .join(Flow.fromGraph(new RequestStage(connection)))
                .run(materializer);
    }

    void admit(Sessions.Admit session) {
        sessions.tell(session);
    }

    /** Names of which a host one label below names an endpoint: the operator's, and those of the certificates. */
    Set<String> domains(Optional<ClientTls> tls) {
        Set<String> names = tls.map(ClientTls::domains).orElse(Set.of());
        if (names.isEmpty()) {
            return settings.domains();
        }
        if (!names.equals(certified)) {
            Set<String> all = new HashSet<>(settings.domains());
            all.addAll(names);
            certified = names;
            domains = Set.copyOf(all); // One set for all who came with these certificates.
        }
        return domains;
    }

    /** From now on an answer is the last on its connection; completes when no connection is left. */
    CompletableFuture<Done> drain() {
        draining = true;
        List.copyOf(present).forEach(WebConnection::leaveIfIdle);
        tellIfEmpty();
        return empty;
    }

    /** Patience is over. */
    void hurry() {
        new ArrayList<>(present).forEach(WebConnection::leaveNow);
    }

    private void tellIfEmpty() {
        if (draining && present.isEmpty()) {
            empty.complete(Done.getInstance());
        }
    }
}
