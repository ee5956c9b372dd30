/**
 * Browsers and serverless functions: the driver that they use, what is built on it, frames by hand, and the console in a real
 * browser. The stories are told by the scripts in {@code node/web}; see {@link dev.reveille.journeys.clients.WebStories}.
 */
package dev.reveille.journeys.web;
