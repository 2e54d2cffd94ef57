/** What a blueprint becomes at one host or router. */
package io.ringfence.cli.compile;
