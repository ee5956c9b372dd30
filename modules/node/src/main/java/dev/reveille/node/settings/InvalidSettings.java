package dev.reveille.node.settings;

/**
 * A configuration that cannot be used. The message is one line for the operator: the setting's path, what is wrong, and
 * where it was written. It never holds the value of a secret.
 */
public final class InvalidSettings extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidSettings(String message) {
        super(message);
    }
}
