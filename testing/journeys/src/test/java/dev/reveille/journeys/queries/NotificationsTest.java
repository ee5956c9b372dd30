package dev.reveille.journeys.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.Destination;
import dev.reveille.journeys.clients.Jdbc;
import dev.reveille.journeys.clients.Psql;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGNotification;

/** What a compute says without being asked. */
@ExtendWith(SharedNode.class)
class NotificationsTest {

    private static final int PATIENCE_MILLIS = 30_000;

    private final Destination demo;

    NotificationsTest(DevNode node) {
        this.demo = node.to("demo");
    }

    @Test
    void anIdleClientHearsWhatAnotherOneNotifies() throws SQLException {
        try (Connection listener = Jdbc.to(demo).open();
                Connection speaker = Jdbc.to(demo).open()) {
            // Given
            Jdbc.ask(listener, "listen news");

            // When
            Jdbc.ask(speaker, "notify news, 'read all about it'");

            // Then
            PGNotification[] heard = Jdbc.driver(listener).getNotifications(PATIENCE_MILLIS);
            assertThat(heard).hasSize(1);
            assertThat(heard[0].getName()).isEqualTo("news");
            assertThat(heard[0].getParameter()).isEqualTo("read all about it");
        }
    }

    @Test
    void twoClientsTalkByNotifications() throws SQLException {
        try (Connection one = Jdbc.to(demo).open();
                Connection other = Jdbc.to(demo).open()) {
            // Given
            Jdbc.ask(one, "listen ping");
            Jdbc.ask(other, "listen pong");

            // When
            Jdbc.ask(other, "notify ping, 'question'");
            String question =
                    Jdbc.driver(one).getNotifications(PATIENCE_MILLIS)[0].getParameter();
            Jdbc.ask(one, "notify pong, 'answer to " + question + "'");

            // Then
            PGNotification[] heard = Jdbc.driver(other).getNotifications(PATIENCE_MILLIS);
            assertThat(heard[0].getParameter()).isEqualTo("answer to question");
        }
    }

    @Test
    void psqlPrintsANotificationBehindItsNextCommand() {
        // When
        Psql.Outcome outcome = Psql.to(demo).script("listen here;\nnotify here, 'myself';\nselect 'done';\n");

        // Then
        assertThat(outcome.answer())
                .contains("Asynchronous notification \"here\" with payload \"myself\" received")
                .contains("done");
    }

    @Test
    void noticesComeInTheOrderInWhichTheyWereRaised() throws SQLException {
        try (Connection connection = Jdbc.to(demo).open();
                Statement statement = connection.createStatement()) {
            // When
            statement.execute(
                    "do $$ begin for n in 1..100 loop raise notice 'number %', n using hint = 'count on'; end loop; end $$");

            // Then
            int count = 0;
            for (var warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                count++;
                assertThat(warning.getMessage()).isEqualTo("number " + count);
            }
            assertThat(count).isEqualTo(100);
        }
    }
}
