package io.ringfence.targets.iptables;

import io.ringfence.model.SourceLocation;
import io.ringfence.targets.iptables.SavedTable.Rule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds chains that lead back to themselves, which no kernel loads. */
final class Loops {
  /** A jump or goto to another chain. */
  private record Way(String to, int line, int column) {}

  /** A chain on the way, and which of its ways is next. */
  private static final class Visit {
    private final String chain;
    private int next;

    Visit(String chain) {
      this.chain = chain;
    }
  }

  private final SavedTable table;
  private final Map<String, List<Way>> ways = new HashMap<>();
  private final Set<String> done = new HashSet<>();

  Loops(SavedTable table) {
    this.table = table;
    for (Rule rule : table.rules()) {
      for (Clause clause : rule.clauses()) {
        if (clause.isTarget() && table.chains().containsKey(clause.name().text())) {
          ways.computeIfAbsent(rule.chain(), k -> new ArrayList<>())
              .add(new Way(clause.name().text(), rule.line(), clause.name().column()));
        }
      }
    }
  }

  List<SaveProblem> find() {
    List<SaveProblem> out = new ArrayList<>();
    for (String chain : table.chains().keySet()) {
      walk(chain, out);
    }
    return out;
  }

  /** With a stack of its own: chains may follow one another as deep as the text is long. */
  private void walk(String start, List<SaveProblem> out) {
    if (!done.add(start)) {
      return;
    }
    Set<String> open = new HashSet<>(Set.of(start));
    Deque<Visit> path = new ArrayDeque<>(List.of(new Visit(start)));
    while (!path.isEmpty()) {
      Visit visit = path.getLast();
      List<Way> from = ways.getOrDefault(visit.chain, List.of());
      if (visit.next == from.size()) {
        open.remove(path.removeLast().chain);
        continue;
      }
      Way way = from.get(visit.next++);
      if (open.contains(way.to())) {
        out.add(
            new SaveProblem(
                new SourceLocation(table.file().name(), way.line(), way.column()),
                "chain `" + way.to() + "` leads back to itself"));
      } else if (done.add(way.to())) {
        open.add(way.to());
        path.addLast(new Visit(way.to()));
      }
    }
  }
}
