package io.ringfence.gateway.engine.postgresql.sql;

import io.ringfence.gateway.engine.postgresql.sql.Node.Insert.Source;
import io.ringfence.gateway.request.RefusedException;

/** Goes over all nodes of a tree, each before what is in it. */
public final class Walk {
  private Walk() {}

  /** What is done at a node. */
  @FunctionalInterface
  public interface Visit {
    /**
     * @throws RefusedException to end the walk
     */
    void at(Node node) throws RefusedException;
  }

  public static void over(Node node, Visit visit) throws RefusedException {
    visit.at(node);
    // What there is most of is asked for first.
    switch (node) {
      case Node.Word w -> {}
      case Node.Sign s -> {}
      case Node.Name n -> {}
      case Node.Text t -> {}
      case Node.Literal l -> {}
      case Node.Parameter p -> {}
      case Node.Group g -> {
        for (int i = 0; i < g.nodes().size(); i++) {
          over(g.nodes().get(i), visit);
        }
      }
      case Node.Insert i -> {
        over(i.with(), visit);
        overSource(i.source(), visit);
        over(i.conflict(), visit);
        over(i.condition(), visit);
        over(i.returning(), visit);
      }
      case Node.Update u -> {
        over(u.with(), visit);
        over(u.assignments(), visit);
        over(u.from(), visit);
        over(u.where(), visit);
        over(u.returning(), visit);
      }
      case Node.Delete d -> {
        over(d.with(), visit);
        over(d.using(), visit);
        over(d.where(), visit);
        over(d.returning(), visit);
      }
      case Node.Merge m -> {
        over(m.with(), visit);
        over(m.using(), visit);
        over(m.rest(), visit);
        over(m.returning(), visit);
      }
      case Node.Copy c -> over(c.options(), visit);
      case Node.Setting s -> {
        for (Node n : s.values()) {
          over(n, visit);
        }
      }
      case Node.Table t -> {}
      case Node.Common c -> {}
      case Node.Object o -> {}
      case Node.Function f -> {}
      case Node.Type t -> {}
      case Node.Remark.Limit l -> {}
      case Node.Remark.LimitBy l -> {}
      case Node.Remark.LimitOpen l -> {}
      case Node.Remark.Locks l -> {}
      case Node.Prepared p -> {}
      case Node.Cursor c -> {}
    }
  }

  private static void overSource(Source source, Visit visit) throws RefusedException {
    switch (source) {
      case Source.Defaults d -> {}
      case Source.Query q -> over(q.query(), visit);
      case Source.Rows r -> {
        for (var row : r.rows()) {
          for (Node.Group value : row) {
            over(value, visit);
          }
        }
      }
    }
  }
}
