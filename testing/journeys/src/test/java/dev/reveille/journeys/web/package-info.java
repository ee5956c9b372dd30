/**
 * Through the web door of a whole node: HTTP and WebSocket, with clients of our own, with the driver that browsers and
 * serverless functions use and what is built on it, and the console in a real browser. Most stories are told by the scripts
 * in {@code node/web}; see {@link dev.reveille.journeys.clients.WebStories}.
 */
package dev.reveille.journeys.web;
