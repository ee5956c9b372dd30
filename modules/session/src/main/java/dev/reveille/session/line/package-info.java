/**
 * A compute connection in our own hands, with no client at its other end: to say things on it, to hear what comes back frame
 * by frame, and to make it forget whom it served. Start reading with {@link dev.reveille.session.line.Line}.
 */
package dev.reveille.session.line;
