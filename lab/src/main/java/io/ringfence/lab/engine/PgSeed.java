package io.ringfence.lab.engine;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** Tables of vectors, and the tenants' logins with what they may do. */
record PgSeed(Connection connection) {
  /** A table of texts and their vectors, with an index of nearest neighbours. */
  void table(String table) throws SQLException {
    execute(
        """
        create table %s (
          tenant_id text not null,
          id        text not null,
          topic     text not null,
          body      text not null,
          embedding vector(%d) not null,
          primary key (tenant_id, id))
        """
            .formatted(table, SeedRows.DIMENSIONS),
        "create index on %s using hnsw (embedding vector_cosine_ops)".formatted(table));
  }

  /**
   * A login that owns nothing and may read and write one table. Without the iterative scan a tenant
   * that has few of a shared table's rows would find none among the nearest.
   */
  void tenant(String tenant, String password, String table) throws SQLException {
    execute(
        "create role %s login nosuperuser nobypassrls nocreatedb nocreaterole password '%s'"
            .formatted(tenant, password),
        "alter role %s set hnsw.iterative_scan = strict_order".formatted(tenant),
        "grant connect on database %s to %s".formatted(PgDataFolder.DATABASE, tenant),
        "grant usage on schema public to %s".formatted(tenant),
        "grant select, insert, update, delete on %s to %s".formatted(table, tenant));
  }

  /** From now on whoever logs in sees its own rows of the table only. */
  void ownRowsOnly(String table) throws SQLException {
    execute(
        "alter table %s enable row level security".formatted(table),
        "alter table %s force row level security".formatted(table),
        "create policy own_rows on %s using (tenant_id = current_user)".formatted(table));
  }

  void insert(String table, List<SeedRows.Row> rows) throws SQLException {
    String sql = "insert into %s values (?, ?, ?, ?, ?::vector)".formatted(table);
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (SeedRows.Row row : rows) {
        insert.setString(1, row.text().owner());
        insert.setString(2, row.text().id());
        insert.setString(3, row.text().topic());
        insert.setString(4, row.text().body());
        insert.setString(5, Arrays.toString(row.vector()));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private void execute(String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
