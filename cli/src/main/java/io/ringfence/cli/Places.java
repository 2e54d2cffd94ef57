package io.ringfence.cli;

import io.ringfence.language.EndpointSyntax;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Endpoint;

/** Places as a command line names them. */
final class Places {
  /** For the help of commands that take places. */
  static final String HELP =
      "a workload, a segment, internet, an address, a prefix, or workloads by label as"
          + " select:team=search,tier!=edge";

  private Places() {}

  /** The endpoint that the text names. */
  static Endpoint parse(String text, Blueprint blueprint) {
    try {
      return EndpointSyntax.parse(text, blueprint);
    } catch (IllegalArgumentException e) {
      throw new Failure(e.getMessage(), e);
    }
  }
}
