package io.ringfence.gateway.doctor;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a PostgreSQL database's catalogue, 14 or newer, as any role may: rights are asked for with
 * the server's own functions, so that grants to PUBLIC and of columns count.
 */
public final class CatalogueReader {
  private static final String ROLES =
      """
      select r.rolname,
        array_remove(array[
          case when r.rolsuper then 'SUPERUSER' end,
          case when r.rolbypassrls then 'BYPASSRLS' end,
          case when r.rolcreaterole then 'CREATEROLE' end,
          case when r.rolcreatedb then 'CREATEDB' end,
          case when r.rolreplication then 'REPLICATION' end], null),
        coalesce((select array_agg(g.rolname::text) from pg_auth_members m
                  join pg_roles g on g.oid = m.roleid where m.member = r.oid), '{}')
      from pg_roles r where r.rolname = any(?) order by 1
      """;

  /** What nobody reaches is left out, also where a right to it waits for its schema's. */
  private static final String RELATIONS =
      """
      select n.nspname || '.' || c.relname, c.relkind::text, pg_get_userbyid(c.relowner)::text,
        coalesce((select array_agg(r.rolname::text) from pg_roles r
          where r.rolname = any(?) and has_schema_privilege(r.oid, n.oid, 'USAGE')
            and (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE')
              or has_table_privilege(r.oid, c.oid, 'DELETE'))), '{}'),
        coalesce((select array_agg(r.rolname || ' ' || p.privilege) from pg_roles r,
            unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER'
              %s]) as p(privilege)
          where r.rolname = any(?) and has_schema_privilege(r.oid, n.oid, 'USAGE')
            and c.relkind in ('r', 'p') and c.relowner <> r.oid
            and has_table_privilege(r.oid, c.oid, p.privilege)), '{}'),
        c.relrowsecurity and c.relforcerowsecurity,
        coalesce((select array_agg(distinct r.rolname::text) from pg_policy p, pg_roles r
          where p.polrelid = c.oid and r.rolname = any(?)
            and (0 = any(p.polroles) or r.oid = any(p.polroles))), '{}'),
        coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on',
          'security_invoker=1', 'security_invoker=yes'], false)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog',
        'information_schema') and n.nspname not like 'pg\\_toast%%' and n.nspname not like
        'pg\\_temp%%'
      order by 1
      """;

  private static final String FUNCTIONS =
      """
      select n.nspname || '.' || p.proname, pg_get_userbyid(p.proowner)::text,
        coalesce((select array_agg(r.rolname::text) from pg_roles r
          where r.rolname = any(?) and p.proowner <> r.oid
            and has_schema_privilege(r.oid, n.oid, 'USAGE')
            and has_function_privilege(r.oid, p.oid, 'EXECUTE')), '{}')
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
      order by 1
      """;

  /** Unique indexes count, also those that no constraint made. */
  private static final String KEYS =
      """
      select c.relname::text, n.nspname || '.' || t.relname,
        array(select a.attname::text from pg_attribute a
          where a.attrelid = t.oid and a.attnum = any(i.indkey::int2[]))
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
        join pg_namespace n on n.oid = t.relnamespace
      where i.indisunique and n.nspname not in ('pg_catalog', 'information_schema')
        and n.nspname not like 'pg\\_toast%'
      union all
      select k.conname::text, n.nspname || '.' || t.relname,
        array(select a.attname::text from pg_attribute a
          where a.attrelid = t.oid and a.attnum = any(k.conkey))
      from pg_constraint k join pg_class t on t.oid = k.conrelid
        join pg_namespace n on n.oid = t.relnamespace
      where k.contype = 'f' and n.nspname not in ('pg_catalog', 'information_schema')
      order by 2, 1
      """;

  /** The first version with the right to maintain. */
  private static final int MAINTAIN = 17;

  private final Connection connection;
  private final String[] roles;

  private CatalogueReader(Connection connection, List<String> roles) {
    this.connection = connection;
    this.roles = roles.toArray(String[]::new);
  }

  /**
   * @param connection to the database that tenants reach, by any login
   * @param roles that tenants log in with
   */
  public static Catalogue read(Connection connection, List<String> roles) throws SQLException {
    return new CatalogueReader(connection, roles).read();
  }

  private Catalogue read() throws SQLException {
    boolean maintains = connection.getMetaData().getDatabaseMajorVersion() >= MAINTAIN;
    return new Catalogue(
        rows(
            ROLES,
            1,
            r -> new Catalogue.Role(r.getString(1), texts(r.getArray(2)), texts(r.getArray(3)))),
        rows(
            RELATIONS.formatted(maintains ? ", 'MAINTAIN'" : ""),
            3,
            r ->
                new Catalogue.Relation(
                    r.getString(1),
                    kind(r.getString(2)),
                    r.getString(3),
                    texts(r.getArray(4)),
                    texts(r.getArray(5)),
                    r.getBoolean(6),
                    texts(r.getArray(7)),
                    r.getBoolean(8))),
        rows(
            FUNCTIONS,
            1,
            r -> new Catalogue.Function(r.getString(1), r.getString(2), texts(r.getArray(3)))),
        rows(
            KEYS, 0, r -> new Catalogue.Key(r.getString(1), r.getString(2), texts(r.getArray(3)))));
  }

  private static Catalogue.Kind kind(String relkind) {
    return switch (relkind) {
      case "v" -> Catalogue.Kind.VIEW;
      case "m" -> Catalogue.Kind.MATERIALIZED_VIEW;
      case "f" -> Catalogue.Kind.FOREIGN_TABLE;
      default -> Catalogue.Kind.TABLE;
    };
  }

  /** One row's value. */
  @FunctionalInterface
  private interface RowReader<T> {
    T of(ResultSet row) throws SQLException;
  }

  /**
   * @param times how often the roles are a parameter
   */
  private <T> List<T> rows(String sql, int times, RowReader<T> reader) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 1; i <= times; i++) {
        statement.setArray(i, connection.createArrayOf("text", roles));
      }
      try (ResultSet rows = statement.executeQuery()) {
        List<T> out = new ArrayList<>();
        while (rows.next()) {
          out.add(reader.of(rows));
        }
        return out;
      }
    }
  }

  private static Set<String> texts(Array array) throws SQLException {
    return new TreeSet<>(Arrays.asList((String[]) array.getArray()));
  }
}
