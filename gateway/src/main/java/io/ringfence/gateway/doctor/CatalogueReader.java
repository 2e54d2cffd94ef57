package io.ringfence.gateway.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads a PostgreSQL database's catalogue, 14 or newer, as any role may: rights are asked for with
 * the server's own functions, so that grants to PUBLIC and of columns count.
 */
public final class CatalogueReader {
  private static final String ROLES =
      """
      select r.rolname::text,
        array_to_json(array_remove(array[
          case when r.rolsuper then 'SUPERUSER' end,
          case when r.rolbypassrls then 'BYPASSRLS' end,
          case when r.rolcreaterole then 'CREATEROLE' end,
          case when r.rolcreatedb then 'CREATEDB' end,
          case when r.rolreplication then 'REPLICATION' end], null))::text,
        array_to_json(array(select g.rolname::text from pg_auth_members m
                  join pg_roles g on g.oid = m.roleid where m.member = r.oid))::text
      from pg_roles r where r.rolname = any(@roles) order by 1
      """;

  /** What nobody reaches is left out, also where a right to it waits for its schema's. */
  private static final String RELATIONS =
      """
      select n.nspname || '.' || c.relname, c.relkind::text, pg_get_userbyid(c.relowner)::text,
        array_to_json(array(select r.rolname::text from pg_roles r
          where r.rolname = any(@roles) and has_schema_privilege(r.oid, n.oid, 'USAGE')
            and (has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE')
              or has_table_privilege(r.oid, c.oid, 'DELETE'))))::text,
        array_to_json(array(select r.rolname || ' ' || p.privilege from pg_roles r,
            unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER'
              @maintain]) as p(privilege)
          where r.rolname = any(@roles) and has_schema_privilege(r.oid, n.oid, 'USAGE')
            and c.relkind in ('r', 'p') and c.relowner <> r.oid
            and has_table_privilege(r.oid, c.oid, p.privilege)))::text,
        (c.relrowsecurity and c.relforcerowsecurity)::text,
        array_to_json(array(select distinct r.rolname::text from pg_policy p, pg_roles r
          where p.polrelid = c.oid and r.rolname = any(@roles)
            and (0 = any(p.polroles) or r.oid = any(p.polroles))))::text,
        coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on',
          'security_invoker=1', 'security_invoker=yes'], false)::text
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog',
        'information_schema') and n.nspname not like 'pg\\_toast%' and n.nspname not like
        'pg\\_temp%'
      order by 1
      """;

  private static final String FUNCTIONS =
      """
      select n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
        pg_get_userbyid(p.proowner)::text,
        array_to_json(array(select r.rolname::text from pg_roles r
          where r.rolname = any(@roles) and p.proowner <> r.oid
            and has_schema_privilege(r.oid, n.oid, 'USAGE')
            and has_function_privilege(r.oid, p.oid, 'EXECUTE')))::text
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
      order by 1
      """;

  /** Unique indexes count, also those that no constraint made. */
  private static final String KEYS =
      """
      select c.relname::text, n.nspname || '.' || t.relname,
        array_to_json(array(select a.attname::text from pg_attribute a
          where a.attrelid = t.oid and a.attnum = any(i.indkey::int2[])))::text
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
        join pg_namespace n on n.oid = t.relnamespace
      where i.indisunique and n.nspname not in ('pg_catalog', 'information_schema')
        and n.nspname not like 'pg\\_toast%'
      union all
      select k.conname::text, n.nspname || '.' || t.relname,
        array_to_json(array(select a.attname::text from pg_attribute a
          where a.attrelid = t.oid and a.attnum = any(k.conkey)))::text
      from pg_constraint k join pg_class t on t.oid = k.conrelid
        join pg_namespace n on n.oid = t.relnamespace
      where k.contype = 'f' and n.nspname not in ('pg_catalog', 'information_schema')
      order by 2, 1
      """;

  private static final String VERSION =
      "select current_setting('server_version'), current_setting('server_version_num')";

  /** The first version with the right to maintain. */
  private static final int MAINTAIN = 17;

  /** The first version whose catalogue is read. */
  static final int OLDEST = 14;

  /** The newest version that this was tried with. */
  static final int NEWEST = 18;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RowSource source;
  private final String roles;

  private CatalogueReader(RowSource source, List<String> roles) {
    this.source = source;
    this.roles =
        roles.stream()
            .map(CatalogueReader::literal)
            .collect(Collectors.joining(", ", "array[", "]::text[]"));
  }

  /** Whether the gateway was tried with a version, as the database says it: {@code 18.3}. */
  public static boolean isTried(String version) {
    int major = Integer.parseInt(version.replaceAll("[^0-9].*", ""));
    return major >= OLDEST && major <= NEWEST;
  }

  /** As PostgreSQL writes a text with standard_conforming_strings. */
  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /**
   * @param source asks the database that tenants reach, by any login, with its own schema alone in
   *     {@code search_path}
   * @param roles that callers log in with
   * @throws IOException when it does not answer, or is too old to be read
   */
  public static Catalogue read(RowSource source, List<String> roles) throws IOException {
    return new CatalogueReader(source, roles).read();
  }

  private Catalogue read() throws IOException {
    List<String> version = source.rows(VERSION).getFirst();
    int major = Integer.parseInt(version.get(1)) / 10_000;
    if (major < OLDEST) {
      throw new IOException(
          "PostgreSQL %d has a catalogue that is not read; %d is the oldest"
              .formatted(major, OLDEST));
    }
    String relations = RELATIONS.replace("@maintain", major >= MAINTAIN ? ", 'MAINTAIN'" : "");
    return new Catalogue(
        version.get(0),
        rows(ROLES, r -> new Catalogue.Role(r.get(0), texts(r.get(1)), texts(r.get(2)))),
        rows(relations, CatalogueReader::relation),
        rows(FUNCTIONS, r -> new Catalogue.Function(r.get(0), r.get(1), texts(r.get(2)))),
        rows(KEYS, r -> new Catalogue.Key(r.get(0), r.get(1), texts(r.get(2)))));
  }

  private static Catalogue.Relation relation(List<String> row) throws IOException {
    return new Catalogue.Relation(
        row.get(0),
        kind(row.get(1)),
        row.get(2),
        texts(row.get(3)),
        texts(row.get(4)),
        row.get(5).equals("true"),
        texts(row.get(6)),
        row.get(7).equals("true"));
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
    T of(List<String> row) throws IOException;
  }

  private <T> List<T> rows(String sql, RowReader<T> reader) throws IOException {
    List<T> out = new ArrayList<>();
    for (List<String> row : source.rows(sql.replace("@roles", roles))) {
      out.add(reader.of(row));
    }
    return out;
  }

  private static Set<String> texts(String json) throws IOException {
    try {
      return new TreeSet<>(List.of(JSON.readValue(json, String[].class)));
    } catch (JsonProcessingException e) {
      throw new IOException("the catalogue is not read: " + e.getOriginalMessage(), e);
    }
  }
}
