/**
 * Who may come in, and from where: the control plane's answer and the checks made on it. Pure values and functions; the
 * same checks serve logins and cancel requests.
 */
package dev.reveille.session.access;
