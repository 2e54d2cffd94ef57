package io.ringfence.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringfence.cli.output.Json;
import io.ringfence.cli.terminal.Screen;
import io.ringfence.cli.terminal.Style;
import io.ringfence.targets.nftables.read.Translations;
import io.ringfence.targets.nftables.read.Translations.Fate;
import io.ringfence.targets.nftables.read.Translations.Moved;
import io.ringfence.targets.nftables.read.UnreadableException;
import java.util.ArrayList;
import java.util.List;

/**
 * What somebody else's rules make of addresses, for people and machines.
 *
 * @param notFollowed why they are not; empty when they are
 */
record TranslationReport(List<Moved> moved, String notFollowed) {
  static TranslationReport of(JsonNode listing) {
    try {
      return new TranslationReport(Translations.of(listing), "");
    } catch (UnreadableException e) {
      return new TranslationReport(List.of(), e.getMessage());
    }
  }

  void print(Screen out) {
    if (!notFollowed.isEmpty()) {
      out.line("translations were not followed: " + notFollowed);
    }
    for (Moved one : moved) {
      out.line(out.in(Style.BOLD, "translates") + "  " + one.place() + ": " + one.rule());
      out.prose("    ", "      ", words(one));
    }
  }

  private static String words(Moved one) {
    if (one.before().isEmpty()) {
      return "no packet that opens a connection comes to it";
    }
    List<String> out = new ArrayList<>();
    String becomes = one.after().map(a -> " becomes " + a).orElse(" leaves under another source");
    out.add(one.before().orElseThrow() + becomes);
    if (one.forwarded() != Fate.NONE) {
      out.add("routed through, all of it " + one.forwarded().text());
    }
    if (one.delivered() != Fate.NONE) {
      out.add("if it is for this machine, all of it " + one.delivered().text());
    }
    return String.join("; ", out).replace("all of it passes in part", "it passes in part");
  }

  void addTo(ObjectNode out) {
    ArrayNode array = out.putArray("translations");
    for (Moved one : moved) {
      ObjectNode node = array.addObject().put("place", one.place()).put("rule", one.rule());
      one.before().ifPresent(f -> node.set("before", Json.flow(f)));
      one.after().ifPresent(f -> node.set("after", Json.flow(f)));
      node.put("forwarded", one.forwarded().text()).put("delivered", one.delivered().text());
    }
    if (!notFollowed.isEmpty()) {
      out.put("translationsNotFollowed", notFollowed);
    }
  }
}
