/** The HTML report of a demo run, and the segmentation matrix on its own. */
package io.ringfence.cli.report;
