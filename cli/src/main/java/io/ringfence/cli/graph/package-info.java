/** Draws a blueprint: segments as containers, rules as edges, to SVG, DOT and Mermaid. */
package io.ringfence.cli.graph;
