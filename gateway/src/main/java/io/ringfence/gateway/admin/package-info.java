/** The operator's door: what operators ask of a running gateway, apart from the data's road. */
package io.ringfence.gateway.admin;
