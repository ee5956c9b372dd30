package dev.reveille.node.admin;

import dev.reveille.node.admin.Readiness.Check;
import java.util.List;
import java.util.stream.Collectors;

/** The checks of one probe as JSON: {@code {"status":"passed","checks":[{"name":…,"status":…,"detail":…}]}}. */
record ProbeAnswer(List<Check> checks) {

    boolean passed() {
        return checks.stream().allMatch(Check::passed);
    }

    String json() {
        return "{\"status\":%s,\"checks\":[%s]}\n"
                .formatted(
                        status(passed()), checks.stream().map(ProbeAnswer::json).collect(Collectors.joining(",")));
    }

    private static String json(Check check) {
        String detail = check.detail().isEmpty() ? "" : ",\"detail\":" + JsonText.quoted(check.detail());
        return "{\"name\":%s,\"status\":%s%s}".formatted(JsonText.quoted(check.name()), status(check.passed()), detail);
    }

    private static String status(boolean passed) {
        return passed ? "\"passed\"" : "\"failed\"";
    }
}
