/**
 * The command line: {@code dev}, {@code serve}, {@code endpoints}, and {@code train} for the launcher. Start at {@link
 * dev.reveille.node.commands.CommandLineEntry}.
 *
 * <p>Commands read options and settings, start a node through the role {@link
 * dev.reveille.node.commands.NodeProgram}, and stay with it until it has stopped. They are the only code that writes to
 * standard output, and signals arrive here. How a node is built is not known here.
 */
package dev.reveille.node.commands;
