package io.ringfence.model;

/** What a workload is for, where that matters. */
public enum WorkloadKind implements Words {
  GENERIC,
  BASTION,
  GATEWAY
}
