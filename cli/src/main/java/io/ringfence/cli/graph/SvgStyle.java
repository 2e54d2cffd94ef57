package io.ringfence.cli.graph;

/** The style sheet of our pictures: light, and dark where the reader's system is. */
final class SvgStyle {
  static final String FONTS =
      "Inter, \"Segoe UI\", Roboto, \"Helvetica Neue\", Arial, \"Liberation Sans\", sans-serif";

  // Plain classes and no variables: viewers other than browsers know those.
  static final String CSS =
      """
      .rf { font-family: %s; }
      .rf text { fill: #1e293b; }
      .rf-page { fill: #ffffff; }
      .rf .rf-title { font-size: 20px; font-weight: 650; }
      .rf .rf-subtitle { font-size: 13px; fill: #64748b; }
      .rf-tier { stroke-width: 1; }
      .rf-application { fill: #eef4ff; stroke: #cfdffb; }
      .rf-database { fill: #eefaf3; stroke: #c4ead5; }
      .rf-management { fill: #fdf6ea; stroke: #f2dfba; }
      .rf .rf-tier-name { font-size: 11px; font-weight: 650; letter-spacing: .09em; text-transform: uppercase; }
      .rf .rf-application-name { fill: #2f5bb7; }
      .rf .rf-database-name { fill: #13794a; }
      .rf .rf-management-name { fill: #96610b; }
      .rf-zone { fill: #ffffff; stroke: #cbd5e1; stroke-width: 1.2; }
      .rf-zone-physical { stroke: #475569; stroke-width: 2.4; }
      .rf-zone-micro { stroke: #1a9a60; stroke-width: 1.6; }
      .rf .rf-zone-name { font-size: 14.5px; font-weight: 650; }
      .rf .rf-zone-net { font-size: 11px; fill: #64748b; }
      .rf .rf-halo { paint-order: stroke; stroke: #ffffff; stroke-width: 5px; stroke-linejoin: round; }
      .rf-badge { stroke-width: 1; }
      .rf .rf-badge-text { font-size: 10.5px; font-weight: 650; }
      .rf-badge-physical { fill: #334155; stroke: #334155; }
      .rf .rf-badge-physical-text { fill: #ffffff; }
      .rf-badge-vlan { fill: #e6eefc; stroke: #a9c3f3; }
      .rf .rf-badge-vlan-text { fill: #234a9b; }
      .rf-badge-micro { fill: #1a8a56; stroke: #1a8a56; }
      .rf .rf-badge-micro-text { fill: #ffffff; }
      .rf-badge-observe { fill: #fff4d6; stroke: #e3b341; }
      .rf .rf-badge-observe-text { fill: #7a5200; }
      .rf-node { fill: #f8fafc; stroke: #94a3b8; stroke-width: 1.2; }
      .rf-node-database { fill: #e9f8f0; stroke: #3fa877; }
      .rf-node-gateway { fill: #eeedfd; stroke: #6d5ce8; stroke-width: 1.8; }
      .rf-node-endpoint { fill: #f5f4fe; stroke: #8b7ff0; stroke-dasharray: 2.5 2.5; }
      .rf-node-internet, .rf-node-prefix, .rf-node-fqdn { fill: #f1f5f9; stroke: #94a3b8; }
      .rf-icon { fill: none; stroke: #475569; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
      .rf-icon-database { stroke: #13794a; }
      .rf-icon-gateway, .rf-icon-endpoint { stroke: #5546d6; }
      .rf .rf-label { font-size: 13.5px; font-weight: 600; }
      .rf .rf-detail { font-size: 11px; fill: #526077; }
      .rf-chip { fill: #fdf3dc; stroke: #e7cd92; stroke-width: 1; }
      .rf .rf-chip-text { font-size: 9.5px; font-weight: 600; fill: #7a5200; }
      .rf-edge { fill: none; stroke-width: 1.7; stroke-linejoin: round; }
      .rf-head { stroke: none; }
      .rf-edge-direct { stroke: #475569; } .rf-head-direct { fill: #475569; }
      .rf-edge-gateway { stroke: #5b4bdb; } .rf-head-gateway { fill: #5b4bdb; }
      .rf-edge-egress { stroke: #b4580c; } .rf-head-egress { fill: #b4580c; }
      .rf-edge-support { stroke: #94a3b8; } .rf-head-support { fill: #94a3b8; }
      .rf-edge-attachment { stroke: #8b7ff0; stroke-width: 1.4; stroke-dasharray: 1.5 4; stroke-linecap: round; }
      .rf-conditional { stroke-dasharray: 7 4.5; }
      .rf-pill { fill: #ffffff; stroke: #cbd5e1; stroke-width: 1; }
      .rf-pill-gateway { stroke: #c3bcf7; }
      .rf-pill-egress { stroke: #ecc49d; }
      .rf .rf-rule { font-size: 11px; font-weight: 650; }
      .rf .rf-rule-gateway { fill: #4536c4; }
      .rf .rf-rule-egress { fill: #96480a; }
      .rf .rf-ports { font-size: 11px; font-weight: 400; fill: #526077; }
      .rf .rf-key { font-size: 11.5px; fill: #475569; }
      .rf-quiet { opacity: .38; }
      .rf-open { fill: none; stroke: #d92d20; stroke-width: 1.1; opacity: .34; }
      .rf-open-sample { opacity: 1; }
      .rf-hop { fill: none; stroke: #d92d20; stroke-width: 2.6; stroke-linejoin: round; }
      .rf-hop-thin { stroke-width: 1.4; }
      .rf-hop-head { fill: #d92d20; }
      .rf-hop-limited { stroke: #c2780a; } .rf-hop-head.rf-hop-limited { fill: #c2780a; stroke: none; }
      .rf-node-reached { fill: #fdecea; stroke: #d92d20; stroke-width: 2; }
      .rf-node-limited { fill: #fff5e0; stroke: #c2780a; stroke-width: 2; }
      .rf-icon-limited { stroke: #8f5605; }
      .rf-node-start { fill: #c4221a; stroke: #8f1610; stroke-width: 2; }
      .rf .rf-on-start { fill: #ffffff; }
      .rf-icon-start { stroke: #ffffff; }
      .rf-icon-reached { stroke: #b42318; }
      .rf-flat { stroke-dasharray: 5 4; }
      @media (prefers-color-scheme: dark) {
      .rf text { fill: #e2e8f0; }
      .rf-page { fill: #0f1520; }
      .rf .rf-subtitle, .rf .rf-zone-net { fill: #94a3b8; }
      .rf-application { fill: #13203a; stroke: #27406f; }
      .rf-database { fill: #0f2a1f; stroke: #1f5139; }
      .rf-management { fill: #2b2211; stroke: #57431a; }
      .rf .rf-application-name { fill: #9dbcff; }
      .rf .rf-database-name { fill: #7fdcae; }
      .rf .rf-management-name { fill: #f0c878; }
      .rf-zone { fill: #161e2c; stroke: #3b4a61; }
      .rf-zone-physical { stroke: #94a3b8; }
      .rf-zone-micro { stroke: #2fae74; }
      .rf .rf-halo { stroke: #161e2c; }
      .rf-badge-physical { fill: #cbd5e1; stroke: #cbd5e1; }
      .rf .rf-badge-physical-text { fill: #0f172a; }
      .rf-badge-vlan { fill: #1d315a; stroke: #3e5f9f; }
      .rf .rf-badge-vlan-text { fill: #c3d7ff; }
      .rf-badge-micro { fill: #2fae74; stroke: #2fae74; }
      .rf .rf-badge-micro-text { fill: #04150c; }
      .rf-badge-observe { fill: #40310a; stroke: #8d6d1d; }
      .rf .rf-badge-observe-text { fill: #ffdf8e; }
      .rf-node { fill: #1f293a; stroke: #64748b; }
      .rf-node-database { fill: #12352a; stroke: #2fae74; }
      .rf-node-gateway { fill: #262150; stroke: #9186f5; }
      .rf-node-endpoint { fill: #1f1c3c; stroke: #7468e0; }
      .rf-node-internet, .rf-node-prefix, .rf-node-fqdn { fill: #1f293a; stroke: #64748b; }
      .rf-icon { stroke: #cbd5e1; }
      .rf-icon-database { stroke: #7fdcae; }
      .rf-icon-gateway, .rf-icon-endpoint { stroke: #b4abff; }
      .rf .rf-detail, .rf .rf-ports { fill: #a9b6c9; }
      .rf-chip { fill: #3a2d0d; stroke: #6b5318; }
      .rf .rf-chip-text { fill: #f0c878; }
      .rf-edge-direct { stroke: #a3b1c6; } .rf-head-direct { fill: #a3b1c6; }
      .rf-edge-gateway { stroke: #9186f5; } .rf-head-gateway { fill: #9186f5; }
      .rf-edge-egress { stroke: #eb9a4d; } .rf-head-egress { fill: #eb9a4d; }
      .rf-edge-support { stroke: #64748b; } .rf-head-support { fill: #64748b; }
      .rf-edge-attachment { stroke: #7468e0; }
      .rf-pill { fill: #0f1520; stroke: #3b4a61; }
      .rf-pill-gateway { stroke: #4c429f; }
      .rf-pill-egress { stroke: #7c4f24; }
      .rf .rf-rule-gateway { fill: #b4abff; }
      .rf .rf-rule-egress { fill: #f2b27a; }
      .rf .rf-key { fill: #a9b6c9; }
      .rf-open { stroke: #ff7a6e; opacity: .34; }
      .rf-hop { stroke: #ff6257; }
      .rf-hop-head { fill: #ff6257; }
      .rf-hop-limited { stroke: #f0b429; } .rf-hop-head.rf-hop-limited { fill: #f0b429; stroke: none; }
      .rf-node-reached { fill: #43191a; stroke: #ff6257; }
      .rf-node-limited { fill: #3a2a08; stroke: #f0b429; }
      .rf-icon-limited { stroke: #f5cf79; }
      .rf-node-start { fill: #d43a2f; stroke: #ff8a80; }
      .rf-icon-reached { stroke: #ff9c94; }
      .rf .rf-on-start { fill: #ffffff; }
      .rf-icon-start { stroke: #ffffff; }
      }
      """
          .formatted(FONTS.replace("\"", "'"));

  private SvgStyle() {}
}
