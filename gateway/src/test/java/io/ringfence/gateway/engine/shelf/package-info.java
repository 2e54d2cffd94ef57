/**
 * An engine made up for docs/ADDING_AN_ENGINE.md, as small as one can be: a shelf of notes,
 * searched by vector. The guide's excerpts are of these files.
 */
package io.ringfence.gateway.engine.shelf;
