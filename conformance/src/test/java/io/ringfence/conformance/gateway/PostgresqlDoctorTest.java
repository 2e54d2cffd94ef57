package io.ringfence.conformance.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringfence.gateway.doctor.CatalogueCheck;
import io.ringfence.gateway.doctor.CatalogueReader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
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
  private static final List<String> ROLES = List.of("acme", "globex");

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

  private static List<String> found() throws SQLException {
    try (Connection connection = database.superuser(DATABASE)) {
      return CatalogueCheck.of(CatalogueReader.read(connection, ROLES), Optional.of("tenant"));
    }
  }

  @Test
  void nothingOfADatabaseThatIsClosed() throws SQLException {
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
  void whatIsLeftOpen(String open, String close, String finding) throws SQLException {
    database.execute(DATABASE, open);
    try {
      List<String> found = found();
      assertTrue(found.stream().anyMatch(f -> f.contains(finding)), found::toString);
    } finally {
      database.execute(DATABASE, close);
    }
    assertEquals(List.of(), found());
  }

  @Test
  void viewWithItsCallersRightsIsFine() throws SQLException {
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
