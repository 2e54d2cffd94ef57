package io.ringfence.cli.output;

import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.Flow;
import io.ringfence.model.PortRange;
import io.ringfence.model.Request;

/** Flows as people say them: names beside addresses. */
public final class FlowWords {
  private final Directory directory;

  public FlowWords(Directory directory) {
    this.directory = directory;
  }

  /** {@code web (10.20.0.10) -> qdrant (10.20.2.11) 6334/tcp}. */
  public String text(Flow flow) {
    return text(flow.source())
        + " -> "
        + text(flow.destination())
        + flow.fqdn().map(n -> " as " + n).orElse("")
        + " "
        + port(flow);
  }

  private static String port(Flow flow) {
    boolean ported = flow.protocol().hasPorts() || flow.protocol().isIcmp();
    return ported
        ? new PortRange(flow.protocol(), flow.port(), flow.port()).toString()
        : flow.protocol().toString();
  }

  /** What is asked, by whom, through what. */
  public String text(Request request) {
    return request.principal().text()
        + " at "
        + text(request.source())
        + " through "
        + request.gateway()
        + ": "
        + request.action().text()
        + request.collection().map(c -> " " + c).orElse("")
        + " at "
        + text(request.destination())
        + " "
        + request.port()
        + "/"
        + request.protocol();
  }

  /** The workload's name before its address; else where the address lies. */
  public String text(Address address) {
    return name(address) + " (" + address + ")";
  }

  /** The workload that has an address, or else {@code internet} or the segment it lies in. */
  public String name(Address address) {
    return directory
        .workloadAt(address)
        .map(w -> w.name())
        .or(() -> directory.segmentAt(address).map(s -> "unclaimed in " + s.name()))
        .orElse(directory.internet().contains(address) ? "internet" : "nobody");
  }
}
