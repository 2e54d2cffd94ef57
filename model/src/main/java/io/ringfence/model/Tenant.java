package io.ringfence.model;

import java.util.List;
import java.util.Optional;

/**
 * A customer whose collections, processing and endpoints no other tenant reaches.
 *
 * @param prefix what server names of its collections begin with, when separated by names
 * @param collections the server names of the collections it owns
 * @param rows the shared collection it has rows in, when separated by filter
 */
public record Tenant(
    String name,
    List<Member> members,
    Separation separation,
    Optional<String> prefix,
    List<NamePattern> collections,
    Optional<Rows> rows,
    Optional<PrivateEndpoint> endpoint,
    SourceLocation at) {
  public Tenant {
    members = List.copyOf(members);
    collections = List.copyOf(collections);
  }

  /** Whom a verified identity makes a member. */
  public sealed interface Member {
    /** The workload or person with this SPIFFE ID. */
    record Spiffe(String id) implements Member {}

    /** Whoever bears a token of this issuer in which the claim has the value. */
    record Claim(String issuer, String claim, String value) implements Member {}
  }

  /** Rows of a shared collection, told by the value of a key. */
  public record Rows(String collection, String key) {}

  /** One more address of a gateway, reached by this tenant's members only. */
  public record PrivateEndpoint(Address address, String gateway) {}

  /** True when the collection, by its server name, holds data of this tenant. */
  public boolean owns(String collection) {
    return collections.stream().anyMatch(p -> p.matches(collection))
        || rows.filter(r -> r.collection().equals(collection)).isPresent();
  }

  /** True when the identity alone makes a member. */
  public boolean hasMember(String spiffeId) {
    return members.contains(new Member.Spiffe(spiffeId));
  }
}
