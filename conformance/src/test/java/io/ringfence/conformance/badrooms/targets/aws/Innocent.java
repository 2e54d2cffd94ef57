package io.ringfence.conformance.badrooms.targets.aws;

public record Innocent(String group) {}
