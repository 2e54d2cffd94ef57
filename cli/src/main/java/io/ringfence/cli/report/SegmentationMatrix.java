package io.ringfence.cli.report;

import io.ringfence.cli.graph.Markup;
import io.ringfence.model.AccessRule;
import io.ringfence.model.AddressRange;
import io.ringfence.model.AddressSet;
import io.ringfence.model.Blueprint;
import io.ringfence.model.Segment;
import io.ringfence.model.SessionTerms;
import io.ringfence.model.Tenant;
import io.ringfence.verifier.projection.NetworkProjection;
import io.ringfence.verifier.projection.Permit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which segments may open flows to which, {@code internet} included: one row for each source, one
 * column for each destination.
 *
 * @param zones the segments in the blueprint's order, then {@code internet}
 * @param rows a row of cells for each zone
 */
public record SegmentationMatrix(String name, List<Zone> zones, List<List<Cell>> rows) {
  public SegmentationMatrix {
    zones = List.copyOf(zones);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /**
   * A row's or column's head.
   *
   * @param detail tier and isolation; empty for {@code internet}
   */
  public record Zone(String name, String detail) {}

  /** What may be opened from one zone to another. */
  public record Cell(String from, String to, List<Entry> entries) {
    public Cell {
      entries = List.copyOf(entries);
    }

    /** Outside to outside: not ours to say. */
    public boolean outside() {
      return from.equals(Blueprint.INTERNET) && to.equals(Blueprint.INTERNET);
    }

    /** True when nothing is permitted but under a condition. */
    public boolean conditional() {
      return !entries.isEmpty()
          && entries.stream().flatMap(e -> e.grants().stream()).allMatch(Grant::conditional);
    }
  }

  /**
   * Ports and the rules that permit them.
   *
   * @param legs true when they are a gateway's legs, not the whole way
   */
  public record Entry(String ports, boolean legs, List<Grant> grants) {
    public Entry {
      grants = List.copyOf(grants);
    }
  }

  /** A rule, and whether it asks for more than who and where: a condition or an approval. */
  public record Grant(String rule, boolean conditional) {
    /** The rule's name, starred when it is conditional. */
    String text() {
      return rule + (conditional ? "*" : "");
    }
  }

  public static SegmentationMatrix of(NetworkProjection projection) {
    List<List<Cell>> rows = new ArrayList<>();
    for (Optional<Segment> from : projection.zones()) {
      List<Cell> row = new ArrayList<>();
      projection.zones().forEach(to -> row.add(cell(projection, from, to)));
      rows.add(row);
    }
    return new SegmentationMatrix(
        projection.blueprint().name(),
        projection.zones().stream().map(SegmentationMatrix::zone).toList(),
        rows);
  }

  private static Zone zone(Optional<Segment> segment) {
    return segment
        .map(s -> new Zone(s.name(), s.tier().text() + ", " + s.isolation().text()))
        .orElse(new Zone(Blueprint.INTERNET, ""));
  }

  private static String name(Optional<Segment> segment) {
    return segment.map(Segment::name).orElse(Blueprint.INTERNET);
  }

  /** What makes two entries one. */
  private record Key(String ports, boolean legs) {}

  private static Cell cell(
      NetworkProjection projection, Optional<Segment> from, Optional<Segment> to) {
    Map<Key, Set<Grant>> grants = new LinkedHashMap<>();
    // A flow from a private endpoint's address is its gateway's, whichever segment that lies in.
    AddressSet sources = projection.addresses(from).minus(privateEndpoints(projection));
    AddressSet destinations = projection.addresses(to);
    for (Permit permit : projection.permits()) {
      permit
          .between(sources, destinations)
          .filter(p -> !toItself(p))
          .ifPresent(
              p ->
                  grants
                      .computeIfAbsent(key(p), k -> new LinkedHashSet<>())
                      .add(grant(projection, p)));
    }
    List<Entry> entries = new ArrayList<>();
    grants.forEach((k, g) -> entries.add(new Entry(k.ports, k.legs, List.copyOf(g))));
    return new Cell(name(from), name(to), entries);
  }

  private static AddressSet privateEndpoints(NetworkProjection projection) {
    return AddressSet.ofAddresses(
        projection.blueprint().tenants().values().stream()
            .flatMap(t -> t.endpoint().stream())
            .map(Tenant.PrivateEndpoint::address)
            .toList());
  }

  /** A host's traffic to itself is outside the model. */
  private static boolean toItself(Permit permit) {
    List<AddressRange> ranges = permit.from().ranges();
    return permit.from().equals(permit.to())
        && ranges.size() == 1
        && ranges.getFirst().first().equals(ranges.getFirst().last());
  }

  private static Key key(Permit permit) {
    return new Key(permit.ports().toString(), permit.leg() != Permit.Leg.DIRECT);
  }

  private static Grant grant(NetworkProjection projection, Permit permit) {
    boolean conditional =
        projection.blueprint().rule(permit.rule()).filter(SegmentationMatrix::asks).isPresent();
    return new Grant(permit.rule(), conditional);
  }

  private static boolean asks(AccessRule rule) {
    return rule.when().isPresent()
        || rule.session().filter(SessionTerms::approvalRequired).isPresent();
  }

  /** A table for a page that has {@link HtmlStyle}. */
  Markup toFragment() {
    return MatrixTable.write(this);
  }

  /** A page of its own. */
  public String toHtml() {
    return HtmlPage.of("Segmentation of " + name, MatrixTable.page(this));
  }

  /** A table in GitHub's Markdown. */
  public String toMarkdown() {
    return MatrixMarkdown.write(this);
  }
}
