package io.ringfence.conformance.badrooms.targets.aws;

import java.nio.file.Path;

record ReadsFile(Path path) {}
