/** Through the web door of a whole node: HTTP and WebSocket, with clients of their own. */
package dev.reveille.journeys.web;
