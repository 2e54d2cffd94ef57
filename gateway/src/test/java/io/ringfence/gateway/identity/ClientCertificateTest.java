package io.ringfence.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.ringfence.gateway.request.RefusedException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a certificate names: its one SPIFFE ID, said for by its own trust domain's authority. */
class ClientCertificateTest {
  private static final String ID = "spiffe://acme.example/ns/app/sa/api";

  /** What is added to a leaf. */
  private interface Names {
    CertificateBuilder add(CertificateBuilder leaf) throws Exception;
  }

  private static X509Bundle authority(String name) throws Exception {
    return base("CN=" + name).setIsCertificateAuthority(true).buildSelfSigned();
  }

  private static CertificateBuilder base(String subject) {
    Instant now = Instant.now();
    return new CertificateBuilder()
        .ecp256()
        .subject(subject)
        .notBefore(now.minus(Duration.ofHours(1)))
        .notAfter(now.plus(Duration.ofHours(1)));
  }

  private static X509Certificate leaf(Names names) throws Exception {
    return names.add(base("CN=" + ID)).buildIssuedBy(authority("root")).getCertificate();
  }

  private static void refused(String why, Names names) throws Exception {
    X509Certificate certificate = leaf(names);
    RefusedException e =
        assertThrows(RefusedException.class, () -> ClientCertificate.of(certificate));
    assertTrue(e.refusal().text().contains(why), e.refusal().text());
  }

  @Test
  void itsOneUriNamesIt() throws Exception {
    ClientCertificate certificate =
        ClientCertificate.of(
            leaf(
                l ->
                    l.addSanUriName(ID).addSanDnsName("acme.example").addSanIpAddress("10.0.0.1")));
    assertEquals(ID, certificate.id().toString());
    assertEquals("acme.example", certificate.id().trustDomain());
    assertTrue(certificate.serial().matches("[0-9a-f]+"), certificate.serial());
  }

  @Test
  void neitherItsSubjectNorAnotherNameDoes() throws Exception {
    refused("0 URIs", l -> l);
    refused("0 URIs", l -> l.addSanDnsName("spiffe://acme.example/ns/app/sa/api"));
    refused("0 URIs", l -> l.addSanDnsName("acme.example").addSanIpAddress("10.0.0.1"));
    refused("2 URIs", l -> l.addSanUriName(ID).addSanUriName("spiffe://acme.example/other"));
    refused("2 URIs", l -> l.addSanUriName(ID).addSanUriName(ID));
    refused("2 URIs", l -> l.addSanUriName("https://acme.example").addSanUriName(ID));
    refused("no SPIFFE ID", l -> l.addSanUriName("https://acme.example/ns/app/sa/api"));
  }

  @Test
  void anAuthoritysCertificateOrAServersNamesNobody() throws Exception {
    refused("authority's", l -> l.addSanUriName(ID).setIsCertificateAuthority(true));
    refused(
        "authority's",
        l -> l.addSanUriName(ID).setKeyUsage(true, CertificateBuilder.KeyUsage.keyCertSign));
    refused(
        "authority's",
        l -> l.addSanUriName(ID).setKeyUsage(true, CertificateBuilder.KeyUsage.cRLSign));
    refused("not for clients", l -> l.addSanUriName(ID).addExtendedKeyUsageServerAuth());
    ClientCertificate both =
        ClientCertificate.of(
            leaf(
                l ->
                    l.addSanUriName(ID)
                        .addExtendedKeyUsageServerAuth()
                        .addExtendedKeyUsageClientAuth()));
    assertEquals(ID, both.id().toString());
  }

  @Test
  void itCountsFromItsBeginningToItsEnd() throws Exception {
    ClientCertificate certificate = ClientCertificate.of(leaf(l -> l.addSanUriName(ID)));
    certificate.check(certificate.from());
    certificate.check(certificate.until().minusMillis(1));
    assertThrows(
        RefusedException.class, () -> certificate.check(certificate.from().minusMillis(1)));
    assertThrows(RefusedException.class, () -> certificate.check(certificate.until()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "spiffe://",
        "spiffe:///path",
        "spiffe://acme.example",
        "spiffe://acme.example/",
        "spiffe://acme.example/a/",
        "spiffe://acme.example//a",
        "spiffe://acme.example/./a",
        "spiffe://acme.example/a/..",
        "spiffe://acme.example/a%2fb",
        "spiffe://acme.example/a?b",
        "spiffe://acme.example/a#b",
        "spiffe://acme.example/a b",
        "spiffe://acme.example/a\u0000",
        "spiffe://acme.example/\u00e4",
        "spiffe://acme.example/a\n",
        "spiffe://ACME.example/a",
        "spiffe://acme.example:443/a",
        "spiffe://user@acme.example/a",
        "spiffe://acme%2eexample/a",
        "SPIFFE://acme.example/a",
        "Spiffe://acme.example/a",
        " spiffe://acme.example/a",
        "https://acme.example/a",
        "spiffe:acme.example/a",
      })
  void whatHasAnotherSpellingIsNoSpiffeId(String text) {
    assertThrows(RefusedException.class, () -> SpiffeId.parse(text));
  }

  @Test
  void asLongAsTheStandardSaysAndNoLonger() throws RefusedException {
    String begin = "spiffe://acme.example/";
    String longest = begin + "a".repeat(SpiffeId.CHARACTERS_MAX - begin.length());
    assertEquals(longest, SpiffeId.parse(longest).toString());
    assertThrows(RefusedException.class, () -> SpiffeId.parse(longest + "a"));
    String domain = "d".repeat(SpiffeId.TRUST_DOMAIN_CHARACTERS_MAX);
    assertEquals(domain, SpiffeId.parse("spiffe://" + domain + "/a").trustDomain());
    assertThrows(RefusedException.class, () -> SpiffeId.parse("spiffe://d" + domain + "/a"));
    assertEquals("/A_b.c-d/...", SpiffeId.parse("spiffe://a_b.c-d/A_b.c-d/...").path());
  }

  /** An authority of one trust domain makes nobody of another. */
  @Test
  void noDomainSpeaksForAnother() throws Exception {
    X509Bundle acme = authority("acme");
    X509Bundle globex = authority("globex");
    SpiffeTrust trust =
        new SpiffeTrust(
            Map.of(
                "acme.example", List.of(acme.getCertificate()),
                "globex.example", List.of(globex.getCertificate())));
    trusts(trust, "spiffe://acme.example/a", acme);
    trusts(trust, "spiffe://globex.example/a", globex);
    refuses(trust, "spiffe://acme.example/a", globex);
    refuses(trust, "spiffe://globex.example/a", acme);
    refuses(trust, "spiffe://other.example/a", acme);
    assertThrows(
        CertificateException.class, () -> trust.checkClientTrusted(new X509Certificate[0], "EC"));
    assertThrows(
        CertificateException.class,
        () -> trust.checkServerTrusted(chain("spiffe://acme.example/a", acme), "EC"));
  }

  private static X509Certificate[] chain(String id, X509Bundle by) throws Exception {
    return base("CN=a").addSanUriName(id).buildIssuedBy(by).getCertificatePath();
  }

  private static void trusts(SpiffeTrust trust, String id, X509Bundle by) throws Exception {
    trust.checkClientTrusted(chain(id, by), "EC");
  }

  private static void refuses(SpiffeTrust trust, String id, X509Bundle by) throws Exception {
    X509Certificate[] chain = chain(id, by);
    assertThrows(CertificateException.class, () -> trust.checkClientTrusted(chain, "EC"));
  }
}
