package io.ringfence.gateway.engine.postgresql;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The functions and types that are let through; whatever is not named here is not. None of them
 * runs SQL, reads settings, files or the catalogue, sleeps, locks, or tells what others have.
 */
final class SqlWords {
  /** Of PostgreSQL. */
  private static final Set<String> FUNCTIONS =
      words(
          // Aggregates and windows
          "any_value array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop"
              + " covar_samp cume_dist dense_rank every first_value json_agg json_object_agg"
              + " jsonb_agg jsonb_object_agg lag last_value lead max min mode nth_value ntile"
              + " percent_rank percentile_cont percentile_disc rank regr_avgx regr_avgy regr_count"
              + " regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy row_number stddev"
              + " stddev_pop stddev_samp string_agg sum var_pop var_samp variance"
              // Numbers
              + " abs acos asin atan atan2 cbrt ceil ceiling cos degrees div exp floor gcd lcm ln"
              + " log log10 mod pi power radians random round sign sin sqrt tan trunc"
              + " width_bucket"
              // Text
              + " ascii bit_length btrim char_length character_length chr concat concat_ws decode"
              + " encode format initcap left length lower lpad ltrim md5 octet_length position"
              + " quote_ident quote_literal quote_nullable regexp_count regexp_instr regexp_like"
              + " regexp_match regexp_matches regexp_replace regexp_split_to_array"
              + " regexp_split_to_table regexp_substr replace reverse right rpad rtrim sha224"
              + " sha256 sha384 sha512 split_part starts_with string_to_array string_to_table"
              + " strpos substr substring to_hex translate upper"
              // Times
              + " age clock_timestamp date_bin date_part date_trunc isfinite justify_days"
              + " justify_hours justify_interval make_date make_interval make_time"
              + " make_timestamp make_timestamptz now statement_timestamp timezone to_char to_date"
              + " to_number to_timestamp transaction_timestamp"
              // Arrays and rows
              + " array_append array_cat array_dims array_fill array_length array_lower array_ndims"
              + " array_position array_positions array_prepend array_remove array_replace"
              + " array_to_string array_upper cardinality generate_series generate_subscripts"
              + " trim_array unnest num_nonnulls num_nulls"
              // JSON
              + " array_to_json json_array_elements json_array_elements_text json_array_length"
              + " json_build_array json_build_object json_each json_each_text json_extract_path"
              + " json_extract_path_text json_object_keys json_strip_nulls json_to_record"
              + " json_to_recordset json_typeof jsonb_array_elements jsonb_array_elements_text"
              + " jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each"
              + " jsonb_each_text jsonb_extract_path jsonb_extract_path_text jsonb_insert"
              + " jsonb_object_keys jsonb_path_exists jsonb_path_match jsonb_path_query"
              + " jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set"
              + " jsonb_strip_nulls jsonb_to_record jsonb_to_recordset jsonb_typeof row_to_json"
              + " to_json to_jsonb"
              // Full text
              + " numnode phraseto_tsquery plainto_tsquery querytree setweight strip to_tsquery"
              + " to_tsvector ts_delete ts_filter ts_headline ts_rank ts_rank_cd"
              + " tsvector_to_array websearch_to_tsquery"
              // What drivers ask, and what is one's own
              + " current_database current_schema current_schemas gen_random_uuid"
              + " pg_advisory_unlock_all version");

  /** Of pgvector, in whichever schema it is. */
  private static final Set<String> VECTOR_FUNCTIONS =
      words(
          "binary_quantize cosine_distance halfvec hamming_distance inner_product"
              + " jaccard_distance l1_distance l2_distance l2_norm l2_normalize sparsevec"
              + " subvector vector vector_dims vector_norm");

  private static final Set<String> TYPES =
      words(
          "bit bool bpchar bytea char cidr date daterange float4 float8 inet int2 int4 int4range"
              + " int8 int8range interval json jsonb jsonpath macaddr money name numeric numrange"
              + " oid regconfig text time timestamp timestamptz timetz tsquery tsrange tstzrange"
              + " tsvector uuid varbit varchar");

  private static final Set<String> VECTOR_TYPES = words("halfvec sparsevec vector");

  private static final Set<String> SERIAL_TYPES =
      words("bigserial serial serial4 serial8 serial2 smallserial");

  private SqlWords() {}

  private static Set<String> words(String text) {
    return Arrays.stream(text.split(" ")).collect(Collectors.toUnmodifiableSet());
  }

  static boolean function(String name) {
    return FUNCTIONS.contains(name);
  }

  /** Of PostgreSQL, and of pgvector for its types. */
  static boolean aggregateOfVectors(String name) {
    return name.equals("avg") || name.equals("sum");
  }

  static boolean vectorFunction(String name) {
    return VECTOR_FUNCTIONS.contains(name);
  }

  static boolean type(String name) {
    return TYPES.contains(name);
  }

  static boolean vectorType(String name) {
    return VECTOR_TYPES.contains(name);
  }

  /** Types of a new table's columns alone. */
  static boolean serial(String name) {
    return SERIAL_TYPES.contains(name);
  }
}
