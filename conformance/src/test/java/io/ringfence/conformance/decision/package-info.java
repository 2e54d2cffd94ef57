/** How fast operations are decided, beside other engines on the same grants. */
package io.ringfence.conformance.decision;
