package dev.reveille.node.commands;

/** Why a node cannot start, as one line for the operator, such as which address is taken. */
public final class StartFailure extends Exception {

    private static final long serialVersionUID = 1L;

    public StartFailure(String message) {
        super(message);
    }

    public StartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
