package io.ringfence.conformance.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringfence.decision.Conditions;
import io.ringfence.gateway.engine.postgresql.sql.Parser;
import io.ringfence.gateway.engine.postgresql.sql.Printer;
import io.ringfence.gateway.engine.postgresql.sql.Statement;
import io.ringfence.gateway.request.RefusedException;
import io.ringfence.gateway.request.StrictJson;
import io.ringfence.language.BlueprintFormatter;
import io.ringfence.language.BlueprintLoader;
import io.ringfence.language.EndpointSyntax;
import io.ringfence.language.Formatted;
import io.ringfence.language.Loaded;
import io.ringfence.language.SourceFile;
import io.ringfence.model.Address;
import io.ringfence.model.Directory;
import io.ringfence.model.PortSet;
import io.ringfence.model.Prefix;
import io.ringfence.model.testing.RagPlatform;
import io.ringfence.targets.iptables.IptablesReader;
import io.ringfence.targets.iptables.SaveFile;
import io.ringfence.targets.iptables.SaveProblem;
import io.ringfence.targets.nftables.Generation;
import io.ringfence.targets.nftables.NftablesRenderer;
import io.ringfence.targets.nftables.Placement;
import io.ringfence.targets.nftables.ReadBack;
import io.ringfence.verifier.projection.NetworkProjection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A parser, and what must hold of it whatever it is given. */
enum FuzzTarget {
  /** A blueprint's file: it is loaded, or what is wrong is said. */
  BLUEPRINT {
    @Override
    void run(byte[] input) {
      load(decoded(input));
    }

    @Override
    List<String> seeds() {
      return List.of(Example.TEXT, "ringfence: v1\nname: x\nsegments: {a: {tier: database}}\n");
    }
  },

  /** {@code fmt}: what it writes it leaves alone, and it loads as before. */
  FORMAT {
    @Override
    void run(byte[] input) {
      String before = decoded(input);
      Optional<String> after = format(before);
      if (after.isPresent()) {
        check(format(after.get()).equals(after), "formatting twice is not formatting once");
        check(
            load(before).blueprint().isPresent() == load(after.get()).blueprint().isPresent(),
            "what is formatted loads otherwise");
      }
    }

    @Override
    List<String> seeds() {
      return List.of(
          Example.TEXT, "ringfence: v1 # a\nname: 'x'\n# b\nroles: {r: {actions: [query]}}\n");
    }
  },

  /** An endpoint on a command line. */
  ENDPOINT {
    @Override
    void run(byte[] input) {
      said(input, t -> EndpointSyntax.parse(t, RagPlatform.blueprint()).text());
    }

    @Override
    List<String> seeds() {
      return List.of(
          "qdrant/grpc",
          "10.0.0.0/8",
          "fd00::/64",
          "s3.example.com",
          "select:team=search,tier!=edge,env in (a,b),!x");
    }
  },

  /** Ports, prefixes and addresses. */
  LITERAL {
    @Override
    void run(byte[] input) {
      said(input, t -> PortSet.parse(t).toString());
      said(
          input,
          t -> {
            Prefix prefix = Prefix.parse(t);
            check(Prefix.parse(prefix.toString()).equals(prefix), "a prefix reads otherwise");
            return prefix.toString();
          });
      said(
          input,
          t -> {
            Address address = Address.parse(t);
            check(Address.parse(address.toString()).equals(address), "an address reads otherwise");
            return address.toString();
          });
    }

    @Override
    List<String> seeds() {
      return List.of("443/tcp", "8000-8010/udp", "icmp/echo-request", "10.0.0.0/8", "fd00::a");
    }
  },

  /** A CEL condition. */
  CONDITION {
    private final Conditions conditions = new Conditions();

    @Override
    void run(byte[] input) {
      conditions
          .problems(decoded(input))
          .forEach(p -> check(!p.isBlank(), "a problem without words"));
    }

    @Override
    List<String> seeds() {
      return List.of(
          "device.healthy && request.time.getHours() < 6",
          "claims.org == 'x' || principal.id != ''");
    }
  },

  /** SQL: what is printed of it reads as itself. */
  SQL {
    @Override
    void run(byte[] input) {
      List<Statement> read;
      try {
        read = Parser.statements(decoded(input));
      } catch (RefusedException e) {
        check(!e.refusal().text().isBlank(), "a refusal without words");
        return;
      }
      for (Statement statement : read) {
        String printed = Printer.print(statement.tree());
        try {
          List<Statement> again = Parser.statements(printed);
          check(again.size() == 1, "one statement prints as " + again.size());
          check(
              Printer.print(again.getFirst().tree()).equals(printed),
              "what is printed reads otherwise");
        } catch (RefusedException e) {
          throw new AssertionError("what is printed is refused: " + printed, e);
        }
      }
    }

    @Override
    List<String> seeds() {
      return List.of(
          "select E'\\'', U&\"d\\0061\", $$x$$ from docs d where e <-> $1 < 2 order by 1 limit 5",
          "with a as (insert into t (id) values (1) returning *) select count(*) from a",
          "copy t (id) from stdin with (format csv)",
          "set hnsw.ef_search = 100; begin; commit");
    }
  },

  /** libnftables JSON, read back against a host's part of a blueprint. */
  NFTABLES {
    private final ObjectMapper json = new ObjectMapper();
    private final NetworkProjection projection =
        new NetworkProjection(new Directory(RagPlatform.blueprint()));
    private final List<Placement> placements = Placement.all(projection.topology());

    @Override
    void run(byte[] input) {
      JsonNode root;
      try {
        root = json.readTree(input);
      } catch (IOException e) {
        return;
      }
      if (root != null) {
        ReadBack read = ReadBack.compare(projection, placements.getFirst(), root);
        check(read.unreadable().isEmpty() || !read.faithful(), "not understood, and yet faithful");
      }
    }

    @Override
    List<String> seeds() {
      List<String> out = new ArrayList<>();
      for (Placement placement : List.of(placements.getFirst(), placements.getLast())) {
        JsonNode ruleset = NftablesRenderer.render(projection, placement, new Generation(1)).json();
        out.add(ruleset.toString());
      }
      return out;
    }
  },

  /** What iptables-save printed: it is read, or what is wrong is said with its place. */
  IPTABLES {
    @Override
    void run(byte[] input) {
      String text = decoded(input);
      SaveFile file = new SaveFile("fuzz", text, SaveFile.familyOf(text));
      for (SaveProblem problem : IptablesReader.read(List.of(file)).problems()) {
        check(!problem.message().isBlank(), "a problem without words");
        check(problem.at().line() > 0 && problem.at().column() > 0, "a problem without a place");
      }
    }

    @Override
    List<String> seeds() {
      List<String> out = new ArrayList<>();
      for (String name : List.of("server.v4", "containers.v4", "bans.v4", "host.v6")) {
        Path path = Path.of("..", "targets", "src", "test", "resources", "iptables", name);
        try {
          out.add(Files.readString(path));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return out;
    }
  },

  /** A request's JSON at the gateway: what is taken is written back as itself. */
  REQUEST_JSON {
    private final StrictJson strict = new StrictJson(StrictJson.DEPTH_DEFAULT);

    @Override
    void run(byte[] input) {
      try {
        JsonNode root = strict.parse(input);
        check(strict.parse(strict.write(root)).equals(root), "what is written reads otherwise");
      } catch (RefusedException e) {
        check(!e.refusal().text().isBlank(), "a refusal without words");
      }
    }

    @Override
    List<String> seeds() {
      return List.of(
          "{\"ids\":[\"a\"],\"where\":{\"$and\":[{\"k\":1},{\"l\":{\"$gt\":0.5}}]}}",
          "[1e308,-0.0,\"\\ud83d\\ude00\",null,true]");
    }
  };

  /** A whole blueprint's text; a holder, for an enum's constants come before its fields. */
  private static final class Example {
    static final String TEXT = read();

    private static String read() {
      try {
        return Files.readString(Path.of("..", "examples", "rag-platform.yaml"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  abstract void run(byte[] input);

  /** Where the search begins. */
  abstract List<String> seeds();

  /** Its name on a command line. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static FuzzTarget named(String text) {
    for (FuzzTarget target : values()) {
      if (target.text().equals(text)) {
        return target;
      }
    }
    throw new IllegalArgumentException("no target `" + text + "`");
  }

  private static String decoded(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  private static Loaded load(String text) {
    return new BlueprintLoader(new Conditions()).load(List.of(new SourceFile("fuzz.yaml", text)));
  }

  private static Optional<String> format(String text) {
    Formatted formatted = new BlueprintFormatter().format(new SourceFile("fuzz.yaml", text));
    return formatted.text();
  }

  /** Parses, or says in words why not; nothing else may come of it. */
  private static void said(byte[] input, Function<String, String> parse) {
    try {
      var _ = parse.apply(decoded(input));
    } catch (IllegalArgumentException e) {
      check(e.getMessage() != null && !e.getMessage().isBlank(), "an error without words");
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
