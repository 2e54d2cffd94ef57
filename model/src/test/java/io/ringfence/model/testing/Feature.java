package io.ringfence.model.testing;

/** What a generated blueprint may use; a test that cannot take one generates without it. */
public enum Feature {
  IPV6,
  SCTP,
  ICMP,
  /** Physical segments. */
  PHYSICAL,
  /** Several addresses on one declared host. */
  HOSTS,
  /** Declared routers and links. */
  ROUTERS,
  GATEWAYS,
  TENANTS,
  /** CEL conditions and sessions. */
  CONDITIONS,
  EGRESS,
  FQDN,
  MANAGEMENT,
  GUARDRAILS,
  TESTS
}
