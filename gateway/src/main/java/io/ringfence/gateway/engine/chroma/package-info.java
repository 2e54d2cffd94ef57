/**
 * Chroma over REST (api/v2). A collection's identifier alone decides what the server touches, and
 * tenant and database in the path are ignored by it; so both are resolved and held here. The server
 * authenticates nobody: the gateway is its only door.
 */
package io.ringfence.gateway.engine.chroma;
