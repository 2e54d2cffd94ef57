/** What a person sees: streams that may be a terminal, colours, tables and progress. */
package io.ringfence.cli.terminal;
