/** What principals may do through gateways, down to the names of collections. */
package io.ringfence.verifier.operations;
