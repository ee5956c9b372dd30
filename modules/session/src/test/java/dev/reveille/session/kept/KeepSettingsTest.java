package dev.reveille.session.kept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.protocol.names.ComputeOption;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.startup.ProtocolVersion;
import dev.reveille.protocol.startup.StartupMessage;
import dev.reveille.session.kept.KeepSettings.Whose;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeepSettingsTest {

    private static final EndpointKey DIRECT = EndpointKey.of(new EndpointId("blue"));
    private static final EndpointKey POOLER = EndpointKey.of(new EndpointId("blue-pooler"));
    private static final StartupMessage STARTUP =
            new StartupMessage(ProtocolVersion.V3_0, List.of(StartupMessage.Parameter.of("user", "app")));

    @Test
    void unlessSaidOtherwiseThoseAreKeptWhoAskForAPooler() {
        assertThat(KeepSettings.DEFAULTS.keeps(POOLER, STARTUP)).isTrue();
        assertThat(KeepSettings.DEFAULTS.keeps(DIRECT, STARTUP)).isFalse();
    }

    @Test
    void anOperatorGivesItToEverybodyOrNobody() {
        assertThat(KeepSettings.DEFAULTS.keepingFor(Whose.EVERYBODY).keeps(DIRECT, STARTUP))
                .isTrue();
        assertThat(KeepSettings.DEFAULTS.keepingFor(KeepSettings.Whose.NOBODY).keeps(POOLER, STARTUP))
                .isFalse();
    }

    @Test
    void whatAClientChoseForItselfAloneIsForNobodyElse() {
        EndpointKey past = new EndpointKey(POOLER.endpoint(), List.of(new ComputeOption("lsn", "0/2")));
        EndpointKey harmless =
                new EndpointKey(POOLER.endpoint(), List.of(new ComputeOption("proxy_params_compat", "true")));

        assertThat(KeepSettings.DEFAULTS.keeps(past, STARTUP)).isFalse();
        assertThat(KeepSettings.DEFAULTS.keeps(harmless, STARTUP)).isTrue();
    }

    @Test
    void aReplicaTakesItsConnectionAlong() {
        StartupMessage replica = new StartupMessage(
                ProtocolVersion.V3_0,
                List.of(
                        StartupMessage.Parameter.of("user", "app"),
                        StartupMessage.Parameter.of("replication", "database")));

        assertThat(KeepSettings.DEFAULTS.keeps(POOLER, replica)).isFalse();
    }
}
