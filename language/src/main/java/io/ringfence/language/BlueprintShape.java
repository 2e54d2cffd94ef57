package io.ringfence.language;

import io.ringfence.language.Shape.Field;
import io.ringfence.language.Shape.Flag;
import io.ringfence.language.Shape.Items;
import io.ringfence.language.Shape.MapOr;
import io.ringfence.language.Shape.Named;
import io.ringfence.language.Shape.OneOr;
import io.ringfence.language.Shape.SecretSource;
import io.ringfence.language.Shape.Shared;
import io.ringfence.language.Shape.Struct;
import io.ringfence.language.Shape.Text;
import io.ringfence.language.Shape.Variant;
import io.ringfence.language.Shape.Variants;
import io.ringfence.language.Shape.Whole;
import io.ringfence.language.Shape.Words;
import io.ringfence.model.Action;
import io.ringfence.model.Encryption;
import io.ringfence.model.EngineCatalogue;
import io.ringfence.model.Gateway;
import io.ringfence.model.Isolation;
import io.ringfence.model.Mode;
import io.ringfence.model.Segment;
import io.ringfence.model.Selector;
import io.ringfence.model.Separation;
import io.ringfence.model.Tier;
import io.ringfence.model.UserSet;
import io.ringfence.model.WorkloadKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** THE definition of the language: every key of a blueprint, in canonical order. */
final class BlueprintShape {
  static final String VERSION = "v1";

  private static final String NAME_TEXT = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
  private static final String LABEL = "[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?";
  private static final String DOMAIN = "[a-z0-9._-]{1,255}";

  static final Text NAME = Text.of("name", NAME_TEXT, "rag-api");
  static final Text SERVED =
      Text.of(
          "name of a service, alone or of one workload",
          NAME_TEXT + "(/" + NAME_TEXT + ")?",
          "qdrant/rest");
  static final Text TARGET =
      Text.of(
          "name of a workload or segment, with or without a service",
          NAME_TEXT + "(/" + NAME_TEXT + ")?",
          "qdrant/grpc");
  static final Text ADDRESS =
      Text.of("address", "[0-9A-Fa-f:.]{2,45}", "10.20.0.10 or \"fd00:20::a\"");
  static final Text PREFIX =
      Text.of("network", "[0-9A-Fa-f:.]{2,45}(/[0-9]{1,3})?", "10.20.0.0/24 or \"fd00:20::/64\"");
  static final Text PORT =
      Text.of(
          "port",
          "[0-9]{1,5}(-[0-9]{1,5})?/(tcp|udp|sctp)|icmp/[a-z-]{1,40}|tcp|udp|sctp|icmp",
          "443/tcp, 8000-8010/udp, icmp/echo-request or sctp");
  static final Text SPIFFE =
      Text.of(
          "SPIFFE ID",
          "spiffe://" + DOMAIN + "(/[A-Za-z0-9._-]+)+",
          "spiffe://acme.example/ns/app/sa/rag-api");
  static final Text FQDN =
      Text.of(
          "fully qualified domain name",
          "(" + LABEL + "\\.)+[A-Za-z]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?",
          "s3.eu-central-1.amazonaws.com");
  static final Text DURATION = Text.of("duration", "[1-9][0-9]{0,8}(ms|s|m|h|d)", "60s, 15m or 1h");
  static final Text SIZE = Text.of("size", "[1-9][0-9]{0,8}(B|KiB|MiB|GiB)", "8MiB");
  static final Text RATE =
      Text.of(
          "rate",
          "[1-9][0-9]{0,8}/(s|m|h|d) per (principal|tenant|operation)",
          "500/s per principal");
  static final Text SOCKET =
      Text.of(
          "address and port",
          "([0-9.]{7,15}|\\[[0-9A-Fa-f:.]{2,45}\\]):[0-9]{1,5}",
          "10.20.2.5:6334 or \"[fd00:20::5]:6334\"");
  static final Text URL =
      Text.of("https URL", "https://[^\\u0000-\\u0020@]{1,2000}", "https://login.acme.example");
  static final Text PATH = Text.of("path", "[^\\u0000-\\u001f]{1,4096}", "audit/");
  static final Text COLLECTION =
      Text.of("collection name", "[^\\u0000-\\u0020]{1,255}", "docs or \"acme-*\"");
  static final Text KEY = Text.of("key", "[^\\u0000-\\u0020]{1,255}", "tenant_id");
  static final Text CONDITION =
      Text.of(
          "condition",
          "[^\\u0000]{1," + LimitsMax.CONDITION_CHARS_MAX + "}",
          "\"device.healthy && request.time.getHours() < 6\"");
  static final Text LABEL_KEY =
      Text.of("label", "([a-z0-9.-]{1,253}/)?" + NAME_TEXT, "team or acme.example/team");
  static final Text LABEL_VALUE = Text.of("label value", "(" + NAME_TEXT + ")?", "search");
  static final Text INTERFACE = Text.of("interface name", "[A-Za-z0-9._-]{1,15}", "eth1");
  static final Text TRUST_DOMAIN = Text.of("trust domain", DOMAIN, "acme.example");
  static final Text CLAIM = Text.of("claim", "[A-Za-z0-9_:/.-]{1,255}", "device");
  static final Text WORD_TEXT = Text.of("text", "[^\\u0000-\\u001f]{1,1024}", "globex");
  static final Text TIME =
      Text.of(
          "time",
          "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
          "\"2026-12-31T18:00:00Z\"");
  static final Text PERMILLE = Text.of("share", "(100|[0-9]{1,2}(\\.[0-9])?)%", "10% or 0.5%");
  static final Text HEADER = Text.of("header", "[a-z0-9]([a-z0-9_-]{0,62})", "authorization");
  static final Text FACT =
      Text.of("fact", "[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)+", "device.healthy");

  static final Shape SECRET =
      new Shared("secret", SecretSource::new, "Where a secret is read from. None stands inline.");

  static final Shape PORTS =
      new Shared(
          "ports",
          () -> many(PORT),
          "Ports with their protocol: 443/tcp, 8000-8010/udp, icmp/echo-request, sctp.");

  private static final Shape SELECTOR =
      new Shared(
          "selector",
          BlueprintShape::selector,
          "Workloads by their labels, as Kubernetes selects them.");

  static final Shape PLACE =
      new Shared(
          "place",
          () ->
              new MapOr(
                  new Variants(
                      "place",
                      List.of(
                          place("workload", NAME, "A workload."),
                          place("segment", NAME, "A segment, or `internet`."),
                          place("select", SELECTOR, "Workloads by their labels."),
                          place("cidr", PREFIX, "Addresses by prefix."))),
                  NAME),
          "From where a tenant's members send.");

  static final Shape ENDPOINT =
      new Shared(
          "endpoint",
          () ->
              new MapOr(
                  new Variants(
                      "endpoint",
                      List.of(
                          end("workload", NAME, "A workload."),
                          end("segment", NAME, "A segment, or `internet`."),
                          end(
                              "select",
                              SELECTOR,
                              "Workloads by their labels, as Kubernetes selects; {} selects all."),
                          end("cidr", PREFIX, "Addresses by prefix."),
                          end("fqdn", FQDN, "Addresses by name; only where egress rules go."),
                          new Variant(
                              "tenant",
                              new Struct(
                                  "endpoint",
                                  List.of(
                                      required("tenant", NAME, "Members of this tenant."),
                                      required("at", many(PLACE), "From where they send.")),
                                  0)))),
                  TARGET),
          "One end: a name, name/service, or a map that says what is meant.");

  static final Shape ENDPOINTS = many(ENDPOINT);

  private static final Shape OBSERVE =
      new Shared(
          "observe",
          () ->
              struct(
                  "observation",
                  required("until", TIME, "From then on it is enforced again; times are UTC.")),
          "For a while, denials of a gateway's rules pass and are recorded.");

  private static final Struct SEGMENT =
      new Struct(
          "segment",
          List.of(
              required("tier", words("tier", Tier.values()), "The tier it belongs to."),
              required(
                  "networks", distinct(PREFIX), "Its networks; no other segment overlaps them."),
              optional(
                  "isolation",
                  words("isolation", Isolation.values()),
                  "How it is kept apart; vlan by default."),
              optional("vlan", new Whole(1, Segment.VLAN_MAX), "Its 802.1Q identifier."),
              optional("vni", new Whole(1, Segment.VNI_MAX), "Its VXLAN network identifier."),
              optional(
                  "mode",
                  words("mode", Mode.values()),
                  "Whether denied flows are dropped or only logged; enforce by default."),
              optional(
                  "observe",
                  OBSERVE,
                  "For a while, what rules through a gateway to here deny passes, recorded.")),
          0);

  private static final Shape SERVICE =
      new MapOr(
          new Struct(
              "service",
              List.of(
                  optional("ports", PORTS, "Where it listens; the catalogue's by default."),
                  optional(
                      "encryption",
                      words("encryption", Encryption.values()),
                      "How its flows are protected.")),
              1),
          PORTS);

  private static final Shape USER =
      new Whole(
          0,
          UserSet.USER_MAX,
          ", since the kernel compares numbers and a name may have another on the next machine;"
              + " `id -u NAME` prints it");

  private static final Struct WORKLOAD =
      new Struct(
          "workload",
          List.of(
              required("segment", NAME, "The segment it stands in."),
              required("addresses", distinct(ADDRESS), "Its addresses, within the segment."),
              optional("host", NAME, "The host it runs on."),
              optional("user", USER, "The user its processes run as; tells it from others there."),
              optional(
                  "kind",
                  words("kind", WorkloadKind.values()),
                  "What it is for; generic by default."),
              optional(
                  "engine",
                  new Words("engine", List.copyOf(EngineCatalogue.engines().keySet())),
                  "The database it runs; ports and roles come from the engine catalogue."),
              optional(
                  "services",
                  new Named(NAME, SERVICE),
                  "What it listens with, besides what its engine does."),
              optional("identity", SPIFFE, "Its SPIFFE ID."),
              optional("labels", new Named(LABEL_KEY, LABEL_VALUE), "What selectors find it by.")),
          0);

  private static final Shape HOST =
      new Variants(
          "host",
          List.of(
              new Variant(
                  "workloads",
                  struct("host", required("workloads", distinct(NAME), "Workloads on it."))),
              new Variant(
                  "addresses",
                  struct(
                      "host",
                      required("addresses", distinct(ADDRESS), "Workload addresses on it.")))));

  private static final Field ROUTER_ADDRESSES =
      optional("addresses", distinct(ADDRESS), "The router's own addresses.");

  private static final Shape ROUTER =
      new Variants(
          "router",
          List.of(
              new Variant(
                  "segments",
                  struct(
                      "router",
                      required(
                          "segments",
                          distinct(NAME),
                          "Segments it serves, each by an interface of the segment's name."),
                      ROUTER_ADDRESSES)),
              new Variant(
                  "interfaces",
                  struct(
                      "router",
                      required(
                          "interfaces",
                          new Named(NAME, INTERFACE),
                          "The interface that faces each segment it serves."),
                      ROUTER_ADDRESSES))));

  private static final Struct LINK =
      struct(
          "link",
          required(
              "between", new Items(NAME, 2, true), "Two of routers, segments and `internet`."));

  private static final Struct MANAGEMENT =
      struct(
          "management",
          required("from", ENDPOINTS, "From where workloads are managed."),
          required("ports", PORTS, "At which ports."));

  private static final Struct TENANT =
      struct(
          "tenant",
          required(
              "members",
              many(
                  new MapOr(
                      struct(
                          "member",
                          required("issuer", URL, "Who signs the token."),
                          required("claim", WORD_TEXT, "The claim that tells the tenant."),
                          required("value", WORD_TEXT, "The claim's value.")),
                      SPIFFE)),
              "Whom a verified identity makes a member: a SPIFFE ID, or a claim."),
          required(
              "separation",
              words("separation", Separation.values()),
              "How its data is kept apart: names, native or filter."),
          optional("prefix", COLLECTION, "What the server names of its collections begin with."),
          optional("collections", distinct(COLLECTION), "The collections it owns, by server name."),
          optional(
              "rows",
              struct(
                  "rows",
                  required("collection", COLLECTION, "The shared collection."),
                  required("key", KEY, "The key whose value tells the tenant.")),
              "Its rows of a shared collection, when separated by filter."),
          optional(
              "endpoint",
              struct(
                  "endpoint",
                  required("private", ADDRESS, "The address, in any segment, unclaimed."),
                  required("of", NAME, "The gateway that listens there.")),
              "A private endpoint, reached by its members only."));

  private static final Struct ROLE =
      struct(
          "role",
          required(
              "actions",
              new OneOr(new Items(words("action", Action.values()), 1, true)),
              "What it may do."));

  private static final Shape UPSTREAM_TLS =
      new MapOr(
          struct(
              "tls",
              optional("san", WORD_TEXT, "The name in the server's certificate."),
              optional("spiffe", SPIFFE, "The SPIFFE ID in the server's certificate."),
              optional("trust", SECRET, "Who signs the server's certificate.")),
          new Flag());

  private static final Shape JWT =
      new Variants(
          "jwt",
          List.of(
              new Variant(
                  "jwks",
                  jwt(
                      required(
                          "jwks",
                          new Variants(
                              "jwks",
                              List.of(
                                  new Variant(
                                      "file", struct("jwks", required("file", PATH, "A file."))),
                                  new Variant(
                                      "url", struct("jwks", required("url", URL, "A URL."))))),
                          "The issuer's keys."))),
              new Variant(
                  "discovery",
                  jwt(
                      required(
                          "discovery",
                          new Flag(),
                          "true: keys by the issuer's OIDC discovery document.")))));

  private static final Struct GATEWAY =
      struct(
          "gateway",
          required(
              "in-front-of",
              distinct(NAME),
              "The workloads whose services are reached through it."),
          optional(
              "listen",
              new Named(SERVED, SOCKET),
              "Where it listens for a service; by default its own address at the service's port."),
          optional(
              "tls",
              struct(
                  "tls",
                  required("certificate", SECRET, "Its certificate."),
                  required("key", SECRET, "The certificate's key."),
                  optional(
                      "trust",
                      new Named(TRUST_DOMAIN, SECRET),
                      "The authorities of clients, by trust domain.")),
              "What it shows to clients, and whom it trusts."),
          optional(
              "upstream",
              new Named(
                  NAME,
                  struct(
                      "upstream",
                      optional("tls", UPSTREAM_TLS, "How the server is verified."),
                      optional(
                          "credentials",
                          new Named(
                              Text.of("credential", "[a-z0-9]([a-z0-9_-]{0,62})", "api-key"),
                              SECRET),
                          "With what it logs in."),
                      optional(
                          "inference",
                          URL,
                          "Where the database sends what it is to embed; an egress rule names"
                              + " it."))),
              "How it logs in to the workloads behind it, by workload."),
          optional(
              "identity",
              struct(
                  "identity",
                  optional(
                      "mtls",
                      words("demand", Gateway.Demand.values()),
                      "Whether clients show a certificate; off by default."),
                  optional("jwt", JWT, "Whose tokens count."),
                  optional(
                      "posture",
                      new Struct(
                          "posture",
                          List.of(
                              optional("claim", CLAIM, "A claim of the issuer's tokens."),
                              optional("file", PATH, "A file that some tool keeps."),
                              optional(
                                  "max-age",
                                  DURATION,
                                  "How long ago a device of the file may have been seen; 5m by"
                                      + " default.")),
                          1),
                      "What tells of callers' devices.")),
              "Which proofs of identity it takes."),
          optional(
              "sessions",
              struct(
                  "sessions",
                  optional("max", DURATION, "How long a grant lasts; 15m by default."),
                  optional("recheck", DURATION, "How often it is decided again; 60s by default.")),
              "How long a grant lasts."),
          optional(
              "limits",
              struct(
                  "limits",
                  optional("requests", many(RATE), "Requests in a time."),
                  optional("top-k", new Whole(1, 1_000_000), "Results of one query."),
                  optional("body", SIZE, "A request's body."),
                  optional("depth", new Whole(1, 1_000), "Nesting of one request."),
                  optional("batch", new Whole(1, 1_000_000), "Items of one request."),
                  optional("time", DURATION, "How long a request may take."),
                  optional("connections", new Whole(1, 10_000_000), "Connections of a principal."),
                  optional(
                      "streams",
                      new Whole(1, 10_000_000),
                      "Requests of a principal that are answered at one time.")),
              "Bounds on what is asked."),
          optional(
              "audit",
              struct(
                  "audit",
                  required("to", PATH, "The folder of the log."),
                  optional(
                      "key",
                      SECRET,
                      "Signs checkpoints of it (Ed25519, PKCS #8 in PEM); outside the folder."),
                  optional(
                      "checkpoints",
                      PATH,
                      "A file outside the folder that checkpoints are written to as well.")),
              "Where decisions are recorded."),
          optional(
              "admin",
              new Struct(
                  "admin",
                  List.of(
                      optional("socket", PATH, "The path of a Unix socket."),
                      optional("listen", SOCKET, "An address and port, with mTLS.")),
                  1),
              "The operator's listener."),
          optional("api-keys", SECRET, "Where the API keys it takes are listed."),
          optional("approvers", distinct(SPIFFE), "Who may approve sessions."),
          optional(
              "telemetry",
              struct(
                  "telemetry",
                  required("otlp", URL, "The OpenTelemetry collector that takes OTLP over HTTPS."),
                  optional(
                      "send",
                      distinct(words("signal", Gateway.Telemetry.Signal.values())),
                      "What is sent; all by default."),
                  optional(
                      "traces",
                      PERMILLE,
                      "Of requests without a trace of their own, how many are traced; 1% by"
                          + " default."),
                  optional("trust", SECRET, "Who signs the collector's certificate."),
                  optional(
                      "headers",
                      new Named(HEADER, SECRET),
                      "Headers that the collector is shown.")),
              "Where traces, audit records and logs are sent."));

  private static final Shape ENCRYPTION = words("encryption", Encryption.values());

  private static final Struct ACCESS =
      struct(
          "access rule",
          required("name", NAME, "Its name, in every verdict."),
          required("from", ENDPOINTS, "Who opens the flow."),
          required("to", ENDPOINTS, "To which service or ports."),
          optional("through", NAME, "The gateway it goes through."),
          optional("role", NAME, "What may be done there; needs `through`."),
          optional(
              "collections",
              distinct(COLLECTION),
              "On which collections; without it, all that the principal's tenant owns."),
          optional(
              "tenants",
              new Words("tenants", List.of("all")),
              "all: it reaches the data of every tenant."),
          optional(
              "session",
              new Struct(
                  "session",
                  List.of(
                      optional("max", DURATION, "How long a session lasts."),
                      optional(
                          "approval",
                          new Words("approval", List.of("required")),
                          "required: somebody else approves it first.")),
                  1),
              "Terms of its sessions."),
          optional("when", CONDITION, "A CEL condition over the request's facts; times are UTC."),
          optional("observe", OBSERVE, "For a while, what it denies passes, and is recorded."),
          optional("encryption", ENCRYPTION, "How its flows are protected."));

  private static final Struct EGRESS =
      struct(
          "egress rule",
          required("name", NAME, "Its name, in every verdict."),
          required("from", ENDPOINTS, "Who opens the flow."),
          required("to", ENDPOINTS, "To where outside every segment, and to which ports."),
          optional("encryption", ENCRYPTION, "How its flows are protected."));

  private static final Field GUARDRAIL_NAME =
      required("name", NAME, "Its name, in every verdict and finding.");
  private static final Field EXCEPT =
      optional("except", distinct(NAME), "Rules whose flows are taken out.");
  private static final Struct ENDS =
      struct(
          "flows",
          required("from", ENDPOINTS, "Where flows start."),
          required("to", ENDPOINTS, "Where they go; every protocol unless it names ports."));

  private static final Shape GUARDRAIL =
      new Variants(
          "guardrail",
          List.of(
              guardrail("never", ENDS, "No such flow.", EXCEPT),
              guardrail("only", ENDS, "Every flow to `to` starts in `from`.", EXCEPT),
              guardrail("unreachable", ENDPOINTS, "No flow to or from these.", EXCEPT),
              guardrail(
                  "isolated",
                  new Words("isolation", List.of("tenants")),
                  "No tenant reaches what is another's."),
              guardrail(
                  "contained",
                  struct(
                      "containment",
                      required("compromise", ENDPOINTS, "Where a compromise starts."),
                      required(
                          "within",
                          new OneOr(new Items(ENDPOINT, 0, false)),
                          "All that it may reach, hop after hop."),
                      optional(
                          "collections",
                          new OneOr(new Items(COLLECTION, 0, true)),
                          "All collections that it may reach.")),
                  "What a compromise reaches.")));

  private static final Struct TEST =
      struct(
          "test",
          required(
              "expect", new Words("verdict", List.of("permit", "deny")), "The verdict to expect."),
          required(
              "flow",
              struct(
                  "flow",
                  required("from", ENDPOINT, "Who opens it."),
                  required("to", ENDPOINT, "Where it goes."),
                  required("port", PORT, "To which port."),
                  optional("via", NAME, "Through which gateway; a must for such a rule."),
                  optional("as", SPIFFE, "The principal."),
                  optional("tenant", NAME, "The tenant that the principal's token names."),
                  optional("do", words("action", Action.values()), "The operation."),
                  optional("collection", COLLECTION, "The collection, by its server name.")),
              "The flow, and the operation if one is meant."),
          optional(
              "with",
              new Named(FACT, new Shape.AnyScalar()),
              "Facts that conditions read; one that is absent denies."));

  static final Struct ROOT =
      struct(
          "",
          required(
              "ringfence", new Words("version", List.of(VERSION)), "The version of the language."),
          optional("name", NAME, "The deployment's name."),
          optional(
              "segments",
              new Named(NAME, SEGMENT),
              "Zones; whatever no rule permits between or inside them is denied."),
          optional("workloads", new Named(NAME, WORKLOAD), "What has addresses, in the segments."),
          optional(
              "hosts",
              new Named(NAME, HOST),
              "Machines; by default each workload address is one of its own."),
          optional("routers", new Named(NAME, ROUTER), "Routers; by default each segment has one."),
          optional("links", list(LINK), "Cables and trunks; by default all routers meet."),
          optional("resolvers", distinct(NAME), "Workloads that answer names."),
          optional("management", MANAGEMENT, "From where all workloads are managed."),
          optional("tenants", new Named(NAME, TENANT), "Customers that never see each other."),
          optional("roles", new Named(NAME, ROLE), "Actions on collections."),
          optional(
              "gateways",
              new Named(NAME, GATEWAY),
              "Where operations are enforced; each is a workload of kind gateway."),
          optional("access", list(ACCESS), "What is permitted inside, or from outside."),
          optional(
              "egress",
              list(EGRESS),
              "What is permitted from inside to outside; nothing unless it stands here."),
          optional("guardrails", list(GUARDRAIL), "What holds whatever the rules say."),
          optional("tests", list(TEST), "Flows and the verdicts to expect."));

  private BlueprintShape() {}

  private static Field required(String key, Shape shape, String description) {
    return new Field(key, true, shape, description);
  }

  private static Field optional(String key, Shape shape, String description) {
    return new Field(key, false, shape, description);
  }

  private static Struct struct(String noun, Field... fields) {
    return new Struct(noun, List.of(fields), 0);
  }

  private static Shape list(Shape item) {
    return new Items(item, 0, false);
  }

  private static Shape many(Shape item) {
    return new OneOr(new Items(item, 1, false));
  }

  private static Shape distinct(Shape item) {
    return new OneOr(new Items(item, 1, true));
  }

  private static <E extends Enum<E> & io.ringfence.model.Words> Words words(
      String noun, E[] values) {
    return new Words(noun, Arrays.stream(values).map(io.ringfence.model.Words::text).toList());
  }

  private static Struct selector() {
    return new Struct(
        "selector",
        List.of(
            optional(
                "matchLabels",
                new Named(LABEL_KEY, LABEL_VALUE),
                "Labels that a workload has, with these values."),
            optional(
                "matchExpressions",
                new Items(
                    new Struct(
                        "requirement",
                        List.of(
                            required("key", LABEL_KEY, "The label."),
                            required(
                                "operator",
                                new Words(
                                    "operator",
                                    Arrays.stream(Selector.Operator.values())
                                        .map(Selector.Operator::text)
                                        .toList()),
                                "How the label is compared; NotIn matches a missing label."),
                            optional(
                                "values",
                                new Items(LABEL_VALUE, 0, true),
                                "The values, for In and NotIn.")),
                        0),
                    0,
                    false),
                "Requirements that all hold.")),
        0);
  }

  private static Variant place(String key, Shape shape, String description) {
    return new Variant(key, struct("place", required(key, shape, description)));
  }

  private static Variant end(String key, Shape shape, String description) {
    return new Variant(
        key,
        struct(
            "endpoint",
            required(key, shape, description),
            optional("ports", PORTS, "The ports meant there.")));
  }

  private static Struct jwt(Field keys) {
    return struct(
        "jwt",
        required("issuer", URL, "Who signs."),
        required("audience", WORD_TEXT, "For whom the token is meant."),
        keys);
  }

  private static Variant guardrail(String key, Shape shape, String description, Field... more) {
    List<Field> fields = new ArrayList<>();
    fields.add(GUARDRAIL_NAME);
    fields.add(required(key, shape, description));
    fields.addAll(List.of(more));
    return new Variant(key, new Struct("guardrail", fields, 0));
  }
}
