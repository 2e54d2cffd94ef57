package io.ringfence.cli.demo;

import io.ringfence.agent.kernel.LoggedPacket;
import io.ringfence.agent.kernel.NetworkNamespace;
import io.ringfence.agent.kernel.NflogListener;
import io.ringfence.cli.report.DemoReport;
import io.ringfence.lab.Lab;
import io.ringfence.model.Address;
import io.ringfence.model.Flow;
import io.ringfence.model.Protocol;
import io.ringfence.targets.nftables.NftablesRenderer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Hears the denied flows that every kernel of a lab logs. */
final class DeniedLog implements AutoCloseable {
  private static final int HEADER_BYTES = 128;

  private final Map<String, DemoReport.Denied> denied = new ConcurrentSkipListMap<>();
  private final List<NflogListener> listeners = new ArrayList<>();

  DeniedLog(Lab lab) throws Exception {
    for (String placement : lab.placements()) {
      NetworkNamespace namespace = lab.namespace(placement);
      listeners.add(
          namespace.call(
              () -> NflogListener.open(NftablesRenderer.LOG_GROUP, HEADER_BYTES, this::note)));
    }
  }

  private void note(LoggedPacket packet) {
    String by = packet.prefix().strip();
    denied.merge(
        by,
        new DemoReport.Denied(by, sample(packet), 1),
        (a, b) -> new DemoReport.Denied(a.by(), a.sample(), a.count() + 1));
  }

  private static String sample(LoggedPacket packet) {
    int port =
        packet
            .destinationPort()
            .orElse((packet.icmpType().orElse(0) << 8) | packet.icmpCode().orElse(0));
    return new Flow(
            Address.of(packet.source().getAddress()),
            Address.of(packet.destination().getAddress()),
            new Protocol(packet.protocol()),
            port)
        .toString();
  }

  /** By whom, most first. */
  List<DemoReport.Denied> denied() {
    return denied.values().stream().sorted((a, b) -> Long.compare(b.count(), a.count())).toList();
  }

  @Override
  public void close() {
    listeners.forEach(NflogListener::close);
  }
}
