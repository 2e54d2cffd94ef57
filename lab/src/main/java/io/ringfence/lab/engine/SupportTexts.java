package io.ringfence.lab.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the lab's databases hold: the support desk's knowledge of two customers of one platform, and
 * a few notes of the platform's own operator that no customer should see.
 */
final class SupportTexts {
  /** The operator of the platform, whose notes lie among the rows of a shared collection. */
  static final String PLATFORM = "platform";

  /** What each tenant sells. */
  private static final SortedMap<String, List<String>> PRODUCTS =
      new TreeMap<>(
          Map.of(
              "acme", List.of("rocket skates", "portable holes"),
              "globex", List.of("weather machines", "garden hammocks")));

  /** Topics in brackets; below each, what a tenant's desk says about one of its products. */
  private static final String TEMPLATES =
      """
      [refunds]
      You get your money back when you return {product} within 30 days.
      A refund is paid to the card that was charged, five working days after the returned {product} arrive.
      To return {product}, print the return label from your order and drop the parcel at a post office.
      If {product} arrive broken, choose between a replacement and your money back.
      Custom-made {product} cannot be returned; instead of a refund you get a voucher.
      With the refund for {product} you get the delivery charge back, but not the express surcharge.
      A cancelled order of {product} is refunded in full as long as it has not been packed.
      Returning {product} costs nothing: we reimburse the postage that you paid.
      Return only some of the {product}, and the refund gives that part of the money back.
      Is a refund for {product} missing after ten days? Ask your bank to trace the payment, then write to us.
      [shipping]
      {product} leave the {company} warehouse on the day of the order when it comes in before noon.
      Standard delivery of {product} takes three to five working days, express delivery one.
      Track the parcel with your {product} by the tracking number in the dispatch mail.
      The carrier tries to deliver {product} twice and then leaves the parcel at the nearest pickup point.
      Heavy parcels of {product} are shipped on a pallet and need somebody at home to sign for them.
      Delivery of {product} abroad takes up to two weeks, because customs inspect the parcel.
      A parcel with {product} that is late by more than a week counts as lost; we ship another one.
      You can change the delivery address of {product} until the parcel has been dispatched.
      Shipping of {product} is free for orders above 50 euros.
      {product} can be delivered on a Saturday if the carrier serves your postcode.
      [security]
      If somebody stole the password of your {product} account, reset it at once and sign out all devices.
      {company} never asks for your password by mail; forward such phishing messages about {product} to us.
      Turn on two-factor authentication before you manage {product} from your phone.
      Report a vulnerability in {product} to the security team; we answer within one day.
      We log every sign-in to {product} and warn you of one from an unknown device.
      The firmware of {product} is signed, and refuses an update that attackers have altered.
      Five wrong passwords lock the {product} account for fifteen minutes.
      Hackers try stolen passwords on {product} accounts: use a password of its own and a password manager.
      All traffic between {product} and {company} is encrypted with TLS.
      An outside firm attacks the {product} systems once a year to find security holes.
      [privacy]
      You may ask what personal data {company} stores about you as a buyer of {product}.
      We delete all personal data about your {product} within a month after you ask us to forget you.
      {company} does not sell personal data of people who own {product}.
      Location data that {product} collect stays on the device unless you agree to share it.
      Our data protection officer answers questions on privacy and {product}.
      Cookies on the {product} pages are optional, apart from the one that holds your basket.
      Export all data we know about you and your {product} as a file from the privacy page.
      Personal data of {product} owners is stored in the European Union only.
      Withdraw your consent to the {product} newsletter at any time, by one click.
      Conversations about {product} with support are deleted after two years.
      [billing]
      The invoice for {product} is sent by mail on the day of dispatch.
      If the invoice for {product} shows a wrong amount, reply to it and billing will correct it.
      {product} can be paid by card, by bank transfer or in three instalments.
      Companies get {product} on account and pay the invoice within 14 days.
      Put your VAT number into your profile, and invoices for {product} are issued without VAT.
      A card payment for {product} that is declined is tried again the next day.
      The yearly plan for {product} is billed in advance and costs two months less.
      A discount code for {product} must be entered before payment, and is shown on the invoice.
      Old invoices for {product} can be downloaded for ten years.
      If you were charged twice for {product}, the second charge is only a reservation that expires.
      [account]
      Create an account to register {product} and see all your orders.
      Change the mail address or the name of your {product} account in the profile settings.
      Invite colleagues to your {product} account and give each of them a role.
      Close your {product} account in the profile settings; open orders are still fulfilled.
      If you forgot the user name of your {product} account, ask for it by mail.
      Merge two {product} accounts by naming both mail addresses to support.
      The profile of a {product} account holds language, time zone and units.
      Sign in to the {product} account with the account of your company, by single sign-on.
      An owner can hand a {product} account over to another user.
      Choose in the profile settings which mails your {product} account sends you.
      [warranty]
      {product} are covered by a warranty of three years against faults of material.
      The warranty does not cover wear of {product}, nor damage by water.
      If {product} break after a year, we repair them free of charge under the warranty.
      Repair of {product} takes about ten days; you get a loan device meanwhile.
      Spare parts for {product} are available for eight years.
      Register {product} and the warranty is extended by one year.
      Opening the case of {product} ends the warranty.
      A repaired part of {product} is covered by a new warranty of six months.
      Outside the warranty, a repair of {product} starts with an estimate of costs.
      Describe the fault of {product} with a photo, so that the workshop has the right spare part.
      [outages]
      The status page shows whether the {product} service is down and when it will be up again.
      During an outage {product} keep working offline and synchronise later.
      Planned maintenance of the {product} service happens on Sunday night and is announced on the status page.
      If the {product} service is slow or down only for you, restart the router first.
      After an outage of {product} we publish what failed and what we changed.
      {company} promises that the {product} service is available 99.9 percent of each month.
      Error 503 means that the {product} service is overloaded: wait a minute and try again.
      Subscribe to incidents of the {product} service by mail or as a feed of the status page.
      Backups of the {product} service are taken every hour and a restore is tested every month.
      If one data centre fails, the {product} service moves to the second one within minutes.
      [api]
      The API of {product} takes JSON over HTTPS and is described by an OpenAPI document.
      Create an API key for {product} in the developer console, and send it in a header.
      The API of {product} allows 600 calls per minute; above that it answers with code 429.
      Webhooks tell your server about each event of {product}; check their signature.
      The Python and Java clients for the {product} API are published with every release.
      Lists in the {product} API are paged by a cursor, at most 100 items per call.
      A version of the {product} API is supported for two years after the next one is out.
      Test calls to the {product} API go to the sandbox and change nothing.
      Repeat a call to the {product} API safely by sending the same idempotency key.
      The {product} API answers errors with a code, a sentence and a link to the documentation.
      [confidential]
      Confidential: {company} buys {product} for 41 percent of the list price, and the supplier must not be named.
      Confidential: the contract of {company} with the maker of {product} ends in June and will not be renewed.
      Confidential: three large customers of {product} have a secret rebate of 18 percent.
      Confidential: the merger that {company} negotiates would double its market share in {product}.
      Confidential: sales of {product} fell by a fifth this quarter, to be announced to investors in May.
      Confidential: the salary band for engineers of {product} rises to 92,000 in the spring.
      Confidential: a lawsuit about the patent on {product} is likely to be settled for two million.
      Confidential: the successor of {product} is called Project Heron and launches in the autumn.
      Confidential: {company} plans to close the {product} plant in the north and has told no one.
      Confidential: the board of {company} doubts the margin of {product} and has hired an auditor.
      """;

  private static final List<String> PLATFORM_NOTES =
      List.of(
          "Operator: the nightly snapshot of all customers goes to the bucket ringed-archive.",
          "Operator: break-glass login is sealed in the safe, rotate it after each use.",
          "Operator: acme pays for 40 million vectors, globex for 12 million.",
          "Operator: reindexing of the shared collection is due, announce the window to nobody"
              + " yet.");

  private SupportTexts() {}

  /**
   * A text in the database.
   *
   * @param owner a tenant, or {@link #PLATFORM}
   */
  record Text(String id, String owner, String topic, String body) {}

  /** The tenants that have texts, sorted. */
  static List<String> tenants() {
    return List.copyOf(PRODUCTS.keySet());
  }

  /** All texts, always the same: each tenant's, then the platform's. */
  static List<Text> all() {
    List<Text> out = new ArrayList<>();
    tenants().forEach(t -> out.addAll(of(t)));
    for (String note : PLATFORM_NOTES) {
      out.add(text(PLATFORM, out.size(), "operations", note));
    }
    return List.copyOf(out);
  }

  /** A tenant's texts. */
  static List<Text> of(String tenant) {
    List<Text> out = new ArrayList<>();
    for (String product : PRODUCTS.get(tenant)) {
      String topic = "";
      for (String line : TEMPLATES.lines().toList()) {
        if (line.startsWith("[")) {
          topic = line.substring(1, line.length() - 1);
        } else {
          out.add(text(tenant, out.size(), topic, filled(line, tenant, product)));
        }
      }
    }
    return List.copyOf(out);
  }

  private static Text text(String owner, int number, String topic, String body) {
    return new Text("%s-%03d".formatted(owner, number + 1), owner, topic, body);
  }

  private static String filled(String template, String tenant, String product) {
    String body = template.replace("{company}", capitalised(tenant)).replace("{product}", product);
    return capitalised(body);
  }

  private static String capitalised(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
