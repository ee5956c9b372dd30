package dev.reveille.journeys.queries;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reveille.journeys.clients.NodePostgres;
import dev.reveille.journeys.house.DevNode;
import dev.reveille.journeys.house.SharedNode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stories that node-postgres tells; each has its text in {@code node/story.mjs}. */
@ExtendWith(SharedNode.class)
class NodePostgresTest {

    private final DevNode node;

    NodePostgresTest(DevNode node) {
        this.node = node;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    byOption             | "demo"
                    byServerName         | "demo"
                    boundToTheChannel    | "demo"
                    queued               | 1000
                    preparedByName       | 380
                    manyStatementsAtOnce | [1,"two"]
                    errorInside          | ["42703","8","alive"]
                    notified             | "psst"
                    wrongPassword        | ["28P01","FATAL"]
                    pooled               | 200
                    """, quoteCharacter = '\'')
    void aStoryOfNodePostgresEndsWell(String story, String end) {
        // When
        String told = NodePostgres.tell(story, node.to("demo"));

        // Then
        assertThat(told).isEqualTo(end);
    }
}
