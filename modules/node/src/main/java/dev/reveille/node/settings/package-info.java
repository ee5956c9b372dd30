/**
 * What an operator may decide about a node: read once, checked, and turned into records.
 *
 * <p>{@link dev.reveille.node.settings.NodeSettings} is the whole of it; {@link
 * dev.reveille.node.settings.SettingsFile} reads it. Every key, its default and its meaning stand in {@code
 * reveille-reference.conf}. The rest of the code sees records and never a configuration path; nothing here opens a
 * socket or starts anything.
 */
package dev.reveille.node.settings;
