package io.ringfence.conformance.badrooms.agent;

import io.ringfence.conformance.badrooms.targets.aws.Innocent;

record KnowsAws(Innocent aws) {}
