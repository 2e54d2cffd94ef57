package io.ringfence.conformance.badrooms.model;

import io.ringfence.conformance.badrooms.language.LanguageWord;

record KnowsLanguage(LanguageWord word) {}
