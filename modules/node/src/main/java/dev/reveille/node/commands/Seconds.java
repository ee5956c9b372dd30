package dev.reveille.node.commands;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Reads options that count seconds, and keeps them in their range. */
final class Seconds implements ITypeConverter<Integer> {

    private static final int MAX = (int) Duration.ofDays(1).toSeconds();

    @Override
    public Integer convert(String value) {
        try {
            return Integer.valueOf(value);
        } catch (NumberFormatException _) {
            throw new TypeConversionException("'%s' is not a whole number of seconds up to %d".formatted(value, MAX));
        }
    }

    static void check(CommandSpec spec, String option, int value, int min) {
        if (value < min || value > MAX) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s must be a number of seconds from %d to %d, not %d".formatted(option, min, MAX, value));
        }
    }
}
