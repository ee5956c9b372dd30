package dev.reveille.node.commands;

import dev.reveille.node.settings.ListenAddress;
import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an option {@code HOST:PORT}. */
final class ListenAddressOption implements ITypeConverter<InetSocketAddress> {

    @Override
    public InetSocketAddress convert(String value) {
        return ListenAddress.parse(value)
                .orElseThrow(
                        () -> new TypeConversionException("'%s' is not %s".formatted(value, ListenAddress.EXPECTED)));
    }
}
