/** Seeded generators of blueprints, flows and requests, for the tests of every room. */
package io.ringfence.model.testing;
