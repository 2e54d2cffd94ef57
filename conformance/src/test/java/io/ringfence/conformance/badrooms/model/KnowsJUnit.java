package io.ringfence.conformance.badrooms.model;

import org.junit.jupiter.api.function.Executable;

record KnowsJUnit(Executable executable) {}
