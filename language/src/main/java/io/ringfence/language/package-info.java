/** YAML to the model and back: loading, diagnosing, formatting, and the JSON Schema. */
package io.ringfence.language;
