/** The identities of a lab: certificates and tokens made for it, and worth nothing outside it. */
package io.ringfence.lab.pki;
