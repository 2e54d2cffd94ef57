/**
 * Qdrant: its REST and gRPC interfaces. {@link io.ringfence.gateway.engine.qdrant.QdrantOperation}
 * says what there is, {@link io.ringfence.gateway.engine.qdrant.QdrantRest} and {@link
 * io.ringfence.gateway.engine.qdrant.QdrantGrpc} let it through.
 */
package io.ringfence.gateway.engine.qdrant;
