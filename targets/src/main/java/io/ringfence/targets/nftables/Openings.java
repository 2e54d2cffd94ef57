package io.ringfence.targets.nftables;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringfence.model.Flow;
import io.ringfence.model.UserSet;
import io.ringfence.targets.nftables.read.NftablesReader;
import io.ringfence.targets.nftables.read.Reading;
import io.ringfence.targets.nftables.read.Situation;
import io.ringfence.targets.nftables.read.Situation.Hook;
import io.ringfence.verifier.flows.FlowSpace;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a ruleset lets the processes of its own machine open, and how it marks that; read out of the
 * emitted text by the independent reader. For one thread.
 */
public final class Openings {
  /** What a rule asks that tells the owners of sockets apart. */
  private static final String OWNER = "\"key\":\"skuid\"";

  private static final String OTHER = "other";

  private final FlowSpace space;
  private final Reading reading;

  private Openings(FlowSpace space, Reading reading) {
    this.space = space;
    this.reading = reading;
  }

  /** Those of an artifact; absent when it does not look at who owns a socket. */
  public static Optional<Openings> of(JsonNode artifact) {
    if (!artifact.toString().contains(OWNER)) {
      return Optional.empty();
    }
    FlowSpace space = new FlowSpace(names(artifact));
    Reading reading = NftablesReader.read(artifact, NftablesRenderer.TABLE, space);
    if (!reading.problems().isEmpty()) {
      throw new IllegalArgumentException(
          "the ruleset cannot be read: " + String.join("; ", reading.problems()));
    }
    return Optional.of(new Openings(space, reading));
  }

  /** The names that the agent fills sets for, as a set's own name or its comment has them. */
  private static TreeSet<String> names(JsonNode artifact) {
    TreeSet<String> out = new TreeSet<>();
    for (JsonNode command : artifact.path("nftables")) {
      JsonNode set = command.at("/add/set");
      if (set.path("flags").toString().contains("timeout")) {
        String own = set.path("name").asText().replaceFirst("^fqdn[46]/", "");
        out.add(set.path("comment").asText(own));
      }
    }
    return out;
  }

  /**
   * The bits within {@link Generation#MARK_MASK} that it would leave on a connection whose first
   * packet went out now; 0 when it would not let it go. What resolvers may answer for some name
   * counts as that. A flow of no user is one of a socket that no process has any more.
   *
   * @param stays whether the flow does not leave the machine
   */
  public int mark(Flow flow, boolean stays) {
    Flow owned = flow.user().isPresent() ? flow : flow.by(OptionalLong.of(UserSet.NOBODY));
    String out = stays ? Situation.LOOPBACK : OTHER;
    Situation first = Situation.first(Hook.OUTPUT, "", out);
    Stream<Integer> marks =
        reading
            .pass(first, ArtifactTraces.byAnyName(space, owned))
            .accepted()
            .flowsByMark()
            .keySet()
            .stream();
    return marks.map(m -> m & Generation.MARK_MASK).filter(m -> m != 0).findFirst().orElse(0);
  }
}
