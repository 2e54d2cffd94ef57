package io.ringfence.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.model.AccessRule;
import io.ringfence.model.Address;
import io.ringfence.model.Endpoint;
import io.ringfence.verifier.rollout.QuorumLoss;
import io.ringfence.verifier.rollout.Rollout;
import io.ringfence.verifier.subject.Subject;
import java.util.List;
import java.util.Locale;

/** In what steps a change can be carried out without a cluster losing its quorum. */
final class RolloutReport {
  private final Screen screen;
  private final Subject after;

  RolloutReport(Screen screen, Subject after) {
    this.screen = screen;
    this.after = after;
  }

  /** Prints nothing where machines may change in any order. */
  void print(Rollout rollout) {
    switch (rollout) {
      case Rollout.AnyOrder r -> {}
      case Rollout.InSteps r -> steps(r);
      case Rollout.Refused r -> refused(r);
    }
  }

  private void steps(Rollout.InSteps rollout) {
    screen.line(screen.in(Style.YELLOW_BOLD, "in two steps") + "  else a cluster loses its quorum");
    losses(rollout.losses());
    screen.line();
    screen.prose(
        "  1. ",
        "     ",
        "the new blueprint, and what the old one permits between the members besides:");
    for (AccessRule rule : rollout.kept()) {
      screen.line("       " + screen.in(Style.GREEN, "+ " + text(rule)));
    }
    screen.prose("     ", "     ", "on every machine, in any order");
    rollout.between().forEach(b -> screen.prose("     ", "     ", "then " + b));
    screen.prose(
        "  2. ",
        "     ",
        "the new blueprint, once step 1 is in force and confirmed on every machine");
    screen.line(
        screen.in(
            Style.DIM, "     `ringfence plan --out FOLDER` writes both for `ringfence apply`"));
  }

  private void refused(Rollout.Refused rollout) {
    screen.line(screen.in(Style.RED_BOLD, "no safe rollout"));
    losses(rollout.losses());
    rollout.reasons().forEach(r -> screen.prose("  ", "    ", r));
  }

  private void losses(List<QuorumLoss> losses) {
    for (QuorumLoss loss : losses) {
      screen.prose("  ", "    ", loss.text());
      screen.prose("    ", "      ", "members: " + members(loss));
      screen.prose("    ", "      ", "stopped then: " + after.text(loss.witness()));
      loss.lost()
          .ifPresent(
              l ->
                  screen.prose(
                      "    ", "      ", "permitted before by `" + l.name() + "` at " + l.at()));
    }
  }

  private static String members(QuorumLoss loss) {
    return String.join(", ", loss.members().stream().map(Address::toString).toList());
  }

  private static String text(AccessRule rule) {
    String from = String.join(", ", rule.from().stream().map(Endpoint::text).toList());
    String to = String.join(", ", rule.to().stream().map(Endpoint::text).toList());
    return rule.name() + ": " + from + " -> " + to;
  }

  /** For machines. */
  ObjectNode json(Rollout rollout) {
    return switch (rollout) {
      case Rollout.AnyOrder r -> Json.object().put("outcome", "any-order");
      case Rollout.InSteps r -> {
        ObjectNode out = Json.object().put("outcome", "in-steps");
        out.set("losses", lossesJson(r.losses()));
        out.set("kept", Json.strings(r.kept().stream().map(RolloutReport::text).toList()));
        out.set("between", Json.strings(r.between()));
        yield out;
      }
      case Rollout.Refused r -> {
        ObjectNode out = Json.object().put("outcome", "refused");
        out.set("losses", lossesJson(r.losses()));
        out.set("reasons", Json.strings(r.reasons()));
        yield out;
      }
    };
  }

  private static ArrayNode lossesJson(List<QuorumLoss> losses) {
    ArrayNode out = Json.array();
    for (QuorumLoss loss : losses) {
      ObjectNode node = out.addObject().put("engine", loss.engine());
      node.set("workloads", Json.strings(loss.workloads()));
      node.put("membership", loss.membership().name().toLowerCase(Locale.ROOT));
      node.set("members", Json.strings(loss.members().stream().map(Address::toString).toList()));
      node.put("majority", loss.majority());
      node.set("changed", Json.strings(loss.changed()));
      node.put("finished", loss.finished());
      node.put("ports", loss.ports().toString());
      node.set("witness", Json.flow(loss.witness()));
      loss.lost()
          .ifPresent(
              l -> node.putObject("rule").put("name", l.name()).set("at", Json.location(l.at())));
      node.put("text", loss.text());
    }
    return out;
  }
}
