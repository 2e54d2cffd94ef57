/**
 * Who reaches whom: between two places, between all segments, and hop after hop. Addresses that no
 * permit tells apart are one class; relations are bit sets over permits per class.
 */
package io.ringfence.verifier.reach;
