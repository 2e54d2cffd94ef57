/**
 * What the gateway must know of a database engine. Each engine is one package beside this one with
 * the same few parts: classify, scope, check the answer, refuse in its format.
 */
package io.ringfence.gateway.engine;
