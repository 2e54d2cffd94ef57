package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.doctor.Catalogue;
import io.ringfence.gateway.doctor.CatalogueCheck;
import io.ringfence.gateway.doctor.CatalogueReader;
import io.ringfence.gateway.doctor.Clientele;
import io.ringfence.gateway.doctor.Finding;
import io.ringfence.gateway.doctor.RowSource;
import io.ringfence.model.Separation;
import io.ringfence.model.SourceLocation;
import io.ringfence.model.Tenant;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the doctor finds of a real PostgreSQL's catalogue: each thing that is left open, alone. */
@Tag("slow")
class PostgresqlDoctorTest {
  private static final String DATABASE = "doctor";
  private static final Clientele CLIENTELE =
      new Clientele(List.of(tenant("acme"), tenant("globex")), Map.of());

  private static Tenant tenant(String name) {
    return new Tenant(
        name,
        List.of(),
        Separation.FILTER,
        Optional.empty(),
        List.of(),
        Optional.of(new Tenant.Rows("shared", "tenant")),
        Optional.empty(),
        SourceLocation.BUILT_IN);
  }

  private static RealPostgresql database;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    database = RealPostgresql.start(DATABASE);
    database.execute(
        DATABASE,
        "create role acme login",
        "create role globex login",
        "create role readers",
        "create table shared (tenant text not null default current_user, id int, body text,"
            + " primary key (tenant, id)) partition by list (tenant)",
        "create table shared_acme partition of shared for values in ('acme')",
        "create table shared_rest partition of shared default",
        "alter table shared enable row level security, force row level security",
        "create policy own on shared using (tenant = current_user)",
        "grant select, insert, update, delete on shared to acme, globex",
        "create table acme_own (id int primary key)",
        "alter table acme_own owner to acme",
        "create schema hidden",
        "create table hidden.open (id int primary key)",
        "grant all on hidden.open to public");
  }

  @AfterAll
  static void end() {
    if (database != null) {
      database.close();
    }
  }

  private static List<Finding> found() throws SQLException, IOException {
    try (Connection connection = database.superuser(DATABASE)) {
      RowSource source = sql -> rows(connection, sql);
      Catalogue catalogue = CatalogueReader.read(source, CLIENTELE.roles());
      return CatalogueCheck.of(catalogue, CLIENTELE);
    }
  }

  private static List<List<String>> rows(Connection connection, String sql) throws IOException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<List<String>> out = new ArrayList<>();
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(rows.getString(i));
        }
        out.add(row);
      }
      return out;
    } catch (SQLException e) {
      throw new IOException(e);
    }
  }

  @Test
  void nothingOfADatabaseThatIsClosed() throws SQLException, IOException {
    assertEquals(List.of(), found());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alter role acme bypassrls | alter role acme nobypassrls | role `acme` has BYPASSRLS",
        "grant readers to acme | revoke readers from acme | is a member of `readers`",
        "alter table shared no force row level security | alter table shared force row level"
            + " security | table `public.shared` is shared",
        "grant select on shared_acme to public | revoke all on shared_acme from public | table"
            + " `public.shared_acme` is shared",
        "grant select (body) on shared_rest to acme, globex | revoke all on shared_rest from acme,"
            + " globex | table `public.shared_rest` is shared",
        "alter policy own on shared to acme | alter policy own on shared to public | no policy for"
            + " role `globex`",
        "grant truncate on shared to acme | revoke truncate on shared from acme | acme TRUNCATE",
        "grant usage on schema hidden to public | revoke usage on schema hidden from public | table"
            + " `hidden.open` is shared",
        "create view v as select * from shared; grant select on v to acme | drop view v | view"
            + " `public.v` shows what its owner sees",
        "create materialized view m as select * from shared; grant select on m to acme | drop"
            + " materialized view m | materialized view `public.m`",
        "create function f() returns int language sql security definer as 'select 1' | drop"
            + " function f() | function `public.f` runs as `postgres`",
        "alter table shared_acme add unique (id); grant select on shared_acme to public | drop"
            + " table shared_acme; create table shared_acme partition of shared for values in"
            + " ('acme') | is without `tenant`",
      })
  void whatIsLeftOpen(String open, String close, String finding) throws SQLException, IOException {
    database.execute(DATABASE, open);
    try {
      List<Finding> found = found();
      assertTrue(found.stream().anyMatch(f -> f.text().contains(finding)), found::toString);
      repair(found);
    } finally {
      database.execute(DATABASE, close);
    }
    assertEquals(List.of(), found());
  }

  /** What is said to repair it does; but for a key, which is somebody's to make anew. */
  private static void repair(List<Finding> found) throws SQLException, IOException {
    if (found.stream().noneMatch(f -> f.text().startsWith("key "))) {
      for (int i = 0; i < 3 && !found.isEmpty(); i++) { // a policy after row security
        database.execute(DATABASE, found.getFirst().repair());
        found = found();
      }
      assertEquals(List.of(), found);
    }
  }

  @Test
  void viewWithItsCallersRightsIsFine() throws SQLException, IOException {
    database.execute(
        DATABASE,
        "create view w with (security_invoker = true) as select * from shared",
        "grant select on w to acme");
    try {
      assertEquals(List.of(), found());
    } finally {
      database.execute(DATABASE, "drop view w");
    }
  }
}
