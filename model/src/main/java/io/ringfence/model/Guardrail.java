package io.ringfence.model;

import java.util.List;
import java.util.Optional;

/** What must hold whatever the rules say. */
public sealed interface Guardrail {
  String name();

  SourceLocation at();

  /** Guardrails that forbid flows, and so are rendered too. */
  sealed interface Forbids extends Guardrail {
    /** Rules whose flows are taken out of the forbidden set. */
    List<String> except();
  }

  /** No flow from here to there. */
  record Never(
      String name, List<Endpoint> from, List<Endpoint> to, List<String> except, SourceLocation at)
      implements Forbids {
    public Never {
      from = List.copyOf(from);
      to = List.copyOf(to);
      except = List.copyOf(except);
    }
  }

  /** Every flow to {@code to} starts in {@code from}. */
  record Only(
      String name, List<Endpoint> from, List<Endpoint> to, List<String> except, SourceLocation at)
      implements Forbids {
    public Only {
      from = List.copyOf(from);
      to = List.copyOf(to);
      except = List.copyOf(except);
    }
  }

  /** No flow to or from these places. */
  record Unreachable(String name, List<Endpoint> places, List<String> except, SourceLocation at)
      implements Forbids {
    public Unreachable {
      places = List.copyOf(places);
      except = List.copyOf(except);
    }
  }

  /** No member of a tenant reaches another tenant's workloads, endpoints, collections or rows. */
  record Isolated(String name, SourceLocation at) implements Guardrail {}

  /**
   * Whatever is reached from a compromised start, hop after hop, lies within.
   *
   * @param collections bounds the collections reached, when given
   */
  record Contained(
      String name,
      List<Endpoint> compromise,
      List<Endpoint> within,
      Optional<List<NamePattern>> collections,
      SourceLocation at)
      implements Guardrail {
    public Contained {
      compromise = List.copyOf(compromise);
      within = List.copyOf(within);
      collections = collections.map(List::copyOf);
    }
  }
}
