package dev.reveille.gateway.sql;

import dev.reveille.gateway.sql.answer.Cors;
import dev.reveille.gateway.sql.answer.MemoryBudget;

/** What all requests share. */
record SqlParts(
        SqlSettings settings,
        SqlRoles roles,
        Authentication authentication,
        TypeCatalogue types,
        MemoryBudget budget,
        Cors cors) {

    @Override
    public String toString() {
        return "SqlParts[***]";
    }
}
