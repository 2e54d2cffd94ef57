/**
 * The Linux kernel as the agent sees it: network namespaces, nftables, connection tracking, logged
 * packets and sockets. It knows addresses and ports, nothing of blueprints.
 *
 * <p>INVARIANT (a namespace is a thread's): what the kernel opens belongs to the network namespace
 * of the thread that opens it. So whoever wants another namespace opens inside {@link
 * io.ringfence.agent.kernel.NetworkNamespace#call}; an object opened there stays in that namespace,
 * whichever thread uses it later.
 *
 * <p>Everything goes through the foreign function API to the C library and libnftables; no process
 * is started. Failures are {@link io.ringfence.agent.kernel.KernelException} and {@link
 * io.ringfence.agent.kernel.NftablesException}, in words for the operator.
 */
package io.ringfence.agent.kernel;
