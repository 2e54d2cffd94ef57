/**
 * What commands say, in each format: problems and findings for people, JSON, SARIF and JUnit for
 * machines.
 */
package io.ringfence.cli.output;
