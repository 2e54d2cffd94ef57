package io.ringfence.gateway.serve;

import io.ringfence.model.Address;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * One service of one database, as the blueprint and the command line have it.
 *
 * @param workload the database behind the gateway
 * @param destination its address, as rules name it
 * @param port the service's, as rules name it
 * @param sockets where the gateway listens for it
 * @param database where it is asked
 */
record ServedService(
    Engines.Row row,
    String workload,
    Address destination,
    int port,
    List<InetSocketAddress> sockets,
    InetSocketAddress database) {
  /** {@code database/rest}. */
  String name() {
    return workload + "/" + row.service();
  }
}
