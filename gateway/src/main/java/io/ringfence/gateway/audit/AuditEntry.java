package io.ringfence.gateway.audit;

/** A record as it stands in a log, by its number. */
public record AuditEntry(long number, AuditRecord record) {}
