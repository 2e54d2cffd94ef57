package io.ringfence.conformance.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringfence.gateway.engine.postgresql.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class SqlDifferentialTest {
  private static final long SEED = 20_261_125;
  private static final long STATEMENTS = 30_000;

  @BeforeAll
  static void oracle() {
    Optional<String> lacking = SqlOracle.lacking();
    assumeTrue(lacking.isEmpty(), () -> "no PostgreSQL grammar here: " + lacking.orElse(""));
  }

  @Test
  void whatWeTakeIsTheSameForPostgresql() throws Exception {
    try (SqlOracle oracle = SqlOracle.start()) {
      SqlDifferential run = new SqlDifferential(SEED, oracle);
      run.run(STATEMENTS, n -> {});
      assertEquals(List.of(), run.differences(), "seed " + SEED);
      // A generator that only makes what we refuse would show nothing.
      assertTrue(run.made() - run.refused() > STATEMENTS / 20, run.taken().toString());
      assertEquals(allKinds(), new TreeSet<>(run.taken().keySet()));
    }
  }

  private static TreeSet<String> allKinds() {
    return Stream.of(Statement.Kind.values())
        .map(k -> new Statement(k, io.ringfence.gateway.engine.postgresql.sql.Node.Group.EMPTY))
        .map(Statement::text)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What was once read differently. */
  @Test
  void whatWasDifferentOnceIsNotAgain() throws Exception {
    try (SqlOracle oracle = SqlOracle.start()) {
      SqlDifferential run = new SqlDifferential(SEED, oracle);
      run.compareTexts(
          List.of(
              "insert into docs (id) default values",
              "select 'a' -- c\n 'b'",
              "select 1.5E-3",
              "set time zone 'UTC'",
              "set names names",
              "((table docs limit all) limit all)",
              "select 1 limit 1 for update limit 1",
              "with a as (select 1) (with b as (select 2) select * from b)",
              "select nullif(a)",
              "select substring((select 1))",
              "table docs for share of x",
              "select * from f() as s(a int, b)",
              "create table t (format json default 1)",
              "select nulls first from t",
              "set local \"Docs\" to 'UTC'",
              "table t offset 2::int rows",
              "with a as not (select 1) select 1",
              "with recursive a as (select * from b), b as (select 1) select * from a, b, c",
              "with a as (select * from b), b as (select 1) select * from a, b",
              "select * from (with docs as (select 1) select * from docs) x, docs"));
      assertEquals(List.of(), run.differences());
    }
  }
}
