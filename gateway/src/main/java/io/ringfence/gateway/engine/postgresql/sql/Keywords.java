package io.ringfence.gateway.engine.postgresql.sql;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words that are no plain identifiers, as PostgreSQL 18 classes them ({@code
 * pg_get_keywords()}). Every other word may name anything.
 */
final class Keywords {
  private static final Set<String> RESERVED =
      words(
          "all analyse analyze and any array as asc asymmetric both case cast check collate column"
              + " constraint create current_catalog current_date current_role current_time"
              + " current_timestamp current_user default deferrable desc distinct do else end"
              + " except false fetch for foreign from grant group having in initially intersect"
              + " into lateral leading limit localtime localtimestamp not null offset on only or"
              + " order placing primary references returning select session_user some symmetric"
              + " system_user table then to trailing true union unique user using variadic when"
              + " where window with");

  private static final Set<String> TYPE_OR_FUNCTION =
      words(
          "authorization binary collation concurrently cross current_schema freeze full ilike"
              + " inner is isnull join left like natural notnull outer overlaps right similar"
              + " tablesample verbose");

  private static final Set<String> COLUMN_NAME =
      words(
          "between bigint bit boolean char character coalesce dec decimal exists extract float"
              + " greatest grouping inout int integer interval json json_array json_arrayagg"
              + " json_exists json_object json_objectagg json_query json_scalar json_serialize"
              + " json_table json_value least merge_action national nchar none normalize nullif"
              + " numeric out overlay position precision real row setof smallint substring time"
              + " timestamp treat trim values varchar xmlattributes xmlconcat xmlelement xmlexists"
              + " xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable");

  /** Plain words that cannot follow an expression as its label without AS. */
  private static final Set<String> NO_BARE_LABEL =
      words(
          "day filter hour minute month over second varying within without year"
              // These go on with the expression.
              + " at escape uescape operator");

  /** All of the first three: those that name nothing without quotes. */
  private static final Set<String> NOT_PLAIN =
      Stream.of(RESERVED, TYPE_OR_FUNCTION, COLUMN_NAME)
          .flatMap(Set::stream)
          .collect(Collectors.toUnmodifiableSet());

  private Keywords() {}

  private static Set<String> words(String text) {
    return Arrays.stream(text.split(" ")).collect(Collectors.toUnmodifiableSet());
  }

  static boolean reserved(String word) {
    return RESERVED.contains(word);
  }

  static boolean typeOrFunction(String word) {
    return TYPE_OR_FUNCTION.contains(word);
  }

  static boolean columnName(String word) {
    return COLUMN_NAME.contains(word);
  }

  /** Names anything, quoted or not. */
  static boolean plain(String word) {
    return !NOT_PLAIN.contains(word);
  }

  static boolean bareLabel(String word) {
    return plain(word) && !NO_BARE_LABEL.contains(word);
  }
}
