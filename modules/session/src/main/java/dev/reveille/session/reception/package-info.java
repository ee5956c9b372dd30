/**
 * Hearing the start-up message: which protocol, who, where to, and what of it is meant for the compute. Pure functions;
 * who the client really is, and whether the endpoint exists, is not asked here.
 */
package dev.reveille.session.reception;
