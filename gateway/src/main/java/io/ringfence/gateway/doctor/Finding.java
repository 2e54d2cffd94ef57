package io.ringfence.gateway.doctor;

/**
 * Something that a database's own settings leave open.
 *
 * @param text what it is, for the operator
 * @param repair the SQL that closes it
 */
public record Finding(String text, String repair) {}
