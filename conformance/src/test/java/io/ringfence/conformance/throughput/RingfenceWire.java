package io.ringfence.conformance.throughput;

import java.util.List;

/**
 * The gateway's wire alone: TLS, the reader of HTTP and the connections to the database, as the
 * gateway has them, and nothing that decides, scopes, checks or records. No program of ours can be
 * started so; it shows what of a request's cost the wire is.
 */
record RingfenceWire() implements Contender {
  @Override
  public String name() {
    return "wire";
  }

  @Override
  public List<String> command(Site site, Demand demand, int port, int database) {
    if (demand != Demand.MTLS) {
      throw new IllegalArgumentException("the wire alone reads no tokens");
    }
    return OwnProgram.command(
        WireServer.class.getName(),
        List.of(site.folder().toString(), Integer.toString(port), Integer.toString(database)));
  }
}
