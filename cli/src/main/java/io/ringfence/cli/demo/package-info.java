/**
 * The demo: one deployment from "anything reaches anything" to proven segmentation, with a real
 * database inside. {@link io.ringfence.cli.demo.Demo} is the main road.
 */
package io.ringfence.cli.demo;
