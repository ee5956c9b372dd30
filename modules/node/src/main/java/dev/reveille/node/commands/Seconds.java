package dev.reveille.node.commands;

import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The range of options that count seconds. */
final class Seconds {

    private static final int MAX = (int) Duration.ofDays(1).toSeconds();

    private Seconds() {}

    static void check(CommandSpec spec, String option, int value, int min) {
        if (value < min || value > MAX) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s must be a number of seconds from %d to %d, not %d".formatted(option, min, MAX, value));
        }
    }
}
