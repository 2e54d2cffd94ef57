package io.ringfence.gateway.doctor;

import java.util.List;

/**
 * What a look at a database showed.
 *
 * @param version as the database says it
 * @param findings what is left open: while there are any, nobody is served
 * @param notes what the operator should know, and does no harm
 */
public record Diagnosis(String version, List<Finding> findings, List<String> notes) {
  public Diagnosis {
    findings = List.copyOf(findings);
    notes = List.copyOf(notes);
  }
}
