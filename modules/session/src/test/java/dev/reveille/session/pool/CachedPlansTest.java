package dev.reveille.session.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements may use plans that their server process has kept. */
class CachedPlansTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1",
                "  SELECT name FROM users WHERE id = $1",
                "/* page 3 */ select * from users -- all of them",
                "select count(*), sum(price * (1 + tax)) from orders where (a = 1 and (b) in (1, 2))",
                "select \"id\" from \"public\".\"User\" where (\"public\".\"User\".\"id\" = $1 and 1=1) limit $2",
                "select * from a join lateral (select 1) b on (a.id = b.id) where exists (select 1)",
                "select now (), cast(a as numeric(10, 2)), lower(b) from c"
            })
    void aQueryThatCallsNoneOfItsDatabasesFunctionsHasNoPlans(String sql) {
        assertThat(CachedPlans.mayBeUsedBy(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select transfer(1, 2)",
                "select shop.transfer ($1)",
                "select \"count\"(*) from orders",
                "select shop.count(1)",
                "select * from orders where price > limit_of\n(customer)",
                "SELECT größe($1)"
            })
    void aFunctionOfTheDatabaseMayHavePlans(String sql) {
        assertThat(CachedPlans.mayBeUsedBy(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into orders values (1)",
                "update orders set price = 1",
                "with gone as (delete from orders returning *) select * from gone",
                "call transfer(1)",
                "do $$ begin end $$",
                "execute mine",
                "begin",
                "",
                "(select 1)",
                "/* not closed select 1",
                "sele"
            })
    void whateverIsNoQueryMayHavePlans(String sql) {
        assertThat(CachedPlans.mayBeUsedBy(sql)).isTrue();
    }

    @Test
    void aLongStatementIsNotLookedThrough() {
        // Given
        String start = "select 1 where 1 in (";
        String longest = start + "1".repeat(CachedPlans.LENGTH_MAX - start.length() - 1) + ")";

        // Then
        assertThat(CachedPlans.mayBeUsedBy(longest)).isFalse();
        assertThat(CachedPlans.mayBeUsedBy(longest + " ")).isTrue();
    }
}
