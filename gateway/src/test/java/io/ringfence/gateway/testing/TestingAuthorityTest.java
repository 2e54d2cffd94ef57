package io.ringfence.gateway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.pkitesting.X509Bundle;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestingAuthorityTest {
  private static final String ID = "spiffe://acme.example/ns/app/sa/api";

  @Test
  void aWorkloadsOneUriIsItsSpiffeIdAndItsChainLeadsToTheRoot() throws Exception {
    TestingAuthority authority = new TestingAuthority("acme.example");
    X509Bundle workload = authority.workload(ID);
    assertEquals(
        List.of(List.of(6, ID)),
        workload.getCertificate().getSubjectAlternativeNames().stream().toList());
    workload.getCertificate().verify(workload.getRootCertificate().getPublicKey());
  }
}
