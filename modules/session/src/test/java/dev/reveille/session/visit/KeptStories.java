package dev.reveille.session.visit;

import static dev.reveille.session.visit.TestHouse.COMPUTES_KEY;
import static dev.reveille.session.visit.TestHouse.PASSWORD;
import static dev.reveille.session.visit.TestHouse.READY;
import static dev.reveille.session.visit.TestHouse.STARTUP;
import static dev.reveille.session.visit.TestHouse.VERIFIER;
import static dev.reveille.session.visit.TestHouse.clearText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.kit.ScriptedClient;
import dev.reveille.kit.ScriptedCompute;
import dev.reveille.protocol.backend.BackendKeyData;
import dev.reveille.protocol.backend.CommandComplete;
import dev.reveille.protocol.backend.DataRow;
import dev.reveille.protocol.backend.ParameterStatus;
import dev.reveille.protocol.backend.ReadyForQuery;
import dev.reveille.protocol.backend.TransactionStatus;
import dev.reveille.protocol.frontend.Query;
import dev.reveille.protocol.frontend.Terminate;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.session.kept.KeepSettings;
import dev.reveille.session.kept.KeepSettings.Whose;
import dev.reveille.session.visit.TestHouse.Guests;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterEach;

/** What all stories of kept connections have: a house that keeps them, and how clients and computes behave in it. */
abstract class KeptStories {

    static final KeepSettings SETTINGS = KeepSettings.DEFAULTS.keepingFor(Whose.EVERYBODY);
    static final Query QUERY = new Query("select 1");
    static final ParameterStatus VERSION = ParameterStatus.of("server_version", "18.0");
    static final ReadyForQuery IN_TRANSACTION = new ReadyForQuery(TransactionStatus.IN_TRANSACTION);
    private static final Pattern MARK = Pattern.compile("'([0-9a-f]{16})'");

    TestHouse house = new TestHouse(SETTINGS);

    @AfterEach
    void close() {
        house.close();
    }

    void isRebuiltWithRoomFor(int ofEndpoint, int ofNode) {
        house.close();
        house = new TestHouse(new KeepSettings(
                Whose.EVERYBODY,
                ofEndpoint,
                ofNode,
                SETTINGS.restMax(),
                SETTINGS.lifeMax(),
                SETTINGS.checkAfter(),
                SETTINGS.checkMax(),
                SETTINGS.resetMax(),
                SETTINGS.goodbyeMax()));
    }

    static StartupMessage startup(String options) {
        return ScriptedClient.startup(ProtocolVersion.V3_0, "user", "app", "database", "shop", "options", options);
    }

    /** A second session at the same time. */
    Guests relayingBeside() {
        ScriptedClient client = isProven(STARTUP);
        ScriptedCompute compute = house.dialer.isToDial().connects();
        letsIn(compute);
        client.end().hearsFrame();
        client.end().hearsFrame();
        client.hears(VERSION);
        BackendKeyData key = client.hears(BackendKeyData.class);
        client.hears(READY);
        return new Guests(client, compute, key);
    }

    static void letsIn(ScriptedCompute compute) {
        compute.hearsStartup();
        compute.letsIn(VERIFIER);
        compute.greets(COMPUTES_KEY);
    }

    ScriptedClient isProven(StartupMessage startup) {
        ScriptedClient client = house.visitor(clearText());
        client.says(startup);
        client.proves(PASSWORD);
        return client;
    }

    ScriptedClient isLetIn(StartupMessage startup) {
        return isLetIn(startup, () -> {});
    }

    ScriptedClient isLetIn(StartupMessage startup, Runnable meanwhile) {
        ScriptedClient client = house.visitor(clearText());
        client.says(startup);
        ScriptedClient.Proof proof = client.proves(PASSWORD);
        meanwhile.run();
        client.isLetIn(proof);
        return client;
    }

    void leavesBehind(Guests guests) {
        leavesBehind(guests, 1);
    }

    void leavesBehind(Guests guests, int kept) {
        guests.client().says(new Terminate());
        guests.client().end().hangsUp();
        forgets(guests.compute());
        waitsUntilKept(kept);
    }

    void forgets(ScriptedCompute compute) {
        String mark = isToForget(compute);
        compute.says(row(mark), new CommandComplete("DISCARD SEQUENCES"), READY);
    }

    static String isToForget(ScriptedCompute compute) {
        Matcher mark = MARK.matcher(compute.hears(Query.class).sql());
        assertThat(mark.find()).isTrue();
        return mark.group(1);
    }

    static DataRow row(String mark) {
        return new DataRow(
                List.of(Optional.of(ByteString.emptyByteString()), Optional.of(ByteString.fromString(mark))));
    }

    void waitsUntilKept(int count) {
        house.waitsFor(() -> house.kept.resting() == count, "%d connections to be kept".formatted(count));
    }

    void nothingMoreIsHeard(Guests guests) {
        guests.client().end().hangsUp();
        house.isEmpty();
        guests.compute().end().settles();
        assertThat(guests.compute().end().unheard().isEmpty()).isTrue();
    }

    void passes(Duration span) {
        house.cacheTime.timePasses(span);
        house.timePasses(span);
    }
}
