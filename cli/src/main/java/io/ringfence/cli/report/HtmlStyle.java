package io.ringfence.cli.report;

/** The style sheet of our pages: narrow and wide screens, light and dark, paper. */
final class HtmlStyle {
  static final String CSS =
      """
      :root {
        --page: #ffffff; --raised: #f8fafc; --line: #e2e8f0; --strong: #cbd5e1;
        --text: #1e293b; --soft: #5b6b82; --link: #2f5bb7;
        --good: #13794a; --good-bg: #e7f6ee; --good-line: #a9dcc1;
        --bad: #b42318; --bad-bg: #fdecea; --bad-line: #f3b4ae;
        --warn: #8a5a00; --warn-bg: #fff6e0; --warn-line: #ecd089;
        --note: #4536c4; --note-bg: #efeefd; --note-line: #c9c3f7;
      }
      @media (prefers-color-scheme: dark) { :root {
        --page: #0f1520; --raised: #161e2c; --line: #27334a; --strong: #3b4a61;
        --text: #e2e8f0; --soft: #9fb0c6; --link: #9dbcff;
        --good: #7fdcae; --good-bg: #10291e; --good-line: #24573d;
        --bad: #ff9c94; --bad-bg: #34171a; --bad-line: #6e2a2a;
        --warn: #f0c878; --warn-bg: #2c230f; --warn-line: #5d4917;
        --note: #b9b1ff; --note-bg: #1f1c3c; --note-line: #423a86;
      } }
      *, *::before, *::after { box-sizing: border-box; }
      html { -webkit-text-size-adjust: 100%; scroll-padding-top: 3.5rem; }
      body {
        margin: 0; background: var(--page); color: var(--text);
        font: 15px/1.55 Inter, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif;
        font-variant-numeric: tabular-nums;
      }
      main { max-width: 1160px; margin: 0 auto; padding: 0 20px 64px; }
      h1, h2, h3 { line-height: 1.25; font-weight: 650; text-wrap: balance; overflow-wrap: anywhere; }
      h1 { font-size: 1.9rem; margin: 0; letter-spacing: -.012em; }
      h2 { font-size: 1.3rem; margin: 0 0 .35rem; letter-spacing: -.006em; }
      h3 { font-size: 1rem; margin: 1.6rem 0 .5rem; }
      p { margin: .4rem 0 .9rem; max-width: 76ch; }
      a { color: var(--link); }
      code, .code {
        font: .86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
        overflow-wrap: anywhere;
      }
      small { font-size: .8rem; }
      section { padding-top: 2.4rem; margin-top: 2.4rem; border-top: 1px solid var(--line); }
      .aside { color: var(--soft); font-size: .87rem; }
      .lede { font-size: 1.06rem; color: var(--soft); }
      .top { padding-top: 2.6rem; }
      .eyebrow { margin: 0 0 .5rem; color: var(--soft); font-size: .78rem; font-weight: 650;
        letter-spacing: .1em; text-transform: uppercase; }
      .facts { display: flex; flex-wrap: wrap; gap: .15rem 1.4rem; margin: .8rem 0 0; padding: 0;
        list-style: none; color: var(--soft); font-size: .87rem; }

      .hero { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; margin: 1.8rem 0 16px; }
      .panel { border: 1px solid var(--line); border-radius: 14px; padding: 20px 22px; background: var(--raised); }
      .panel.bad { background: var(--bad-bg); border-color: var(--bad-line); }
      .panel.good { background: var(--good-bg); border-color: var(--good-line); }
      .panel .when { font-weight: 650; font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; }
      .panel.bad .when, .panel.bad .big { color: var(--bad); }
      .panel.good .when, .panel.good .big { color: var(--good); }
      .big { font-size: 2.7rem; line-height: 1.1; font-weight: 680; letter-spacing: -.03em; margin: .3rem 0 .1rem; }
      .big small { font-size: 1.05rem; font-weight: 500; letter-spacing: 0; color: var(--soft); }
      .panel p { margin: .2rem 0 0; }
      .meter { height: 8px; border-radius: 4px; margin-top: 14px; background: color-mix(in srgb, currentColor 14%, transparent); overflow: hidden; }
      .panel.bad .meter { color: var(--bad); } .panel.good .meter { color: var(--good); }
      .meter i { display: block; height: 100%; background: currentColor; border-radius: 4px; }

      .tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 0 0 16px; padding: 0; list-style: none; }
      .tile { border: 1px solid var(--line); border-radius: 12px; padding: 14px 16px; }
      .tile b { display: block; font-size: 1.5rem; line-height: 1.2; font-weight: 660; letter-spacing: -.02em; }
      .tile span { color: var(--soft); font-size: .86rem; }
      .tile.good b { color: var(--good); } .tile.bad b { color: var(--bad); } .tile.warn b { color: var(--warn); }

      .notice { border: 1px solid var(--warn-line); background: var(--warn-bg); border-radius: 12px; padding: 12px 16px; margin: 0 0 16px; }
      .notice.good { border-color: var(--good-line); background: var(--good-bg); }
      .notice.bad { border-color: var(--bad-line); background: var(--bad-bg); }
      .notice b { font-weight: 650; }
      .notice p { margin: 0; max-width: none; }

      nav { position: sticky; top: 0; z-index: 2; margin: 0 -20px; padding: 0 20px; background: var(--page);
        border-bottom: 1px solid var(--line); overflow-x: auto; scrollbar-width: none; }
      nav ul { display: flex; gap: 1.3rem; margin: 0; padding: .7rem 0; list-style: none; font-size: .87rem; white-space: nowrap; }
      nav a { color: var(--soft); text-decoration: none; } nav a:hover { color: var(--text); text-decoration: underline; }
      nav + section { border-top: 0; margin-top: 0; }

      .tabs > input { position: absolute; opacity: 0; pointer-events: none; }
      .tabs > label { display: inline-block; padding: .38rem 1rem; border: 1px solid var(--strong); cursor: pointer;
        font-size: .88rem; font-weight: 600; color: var(--soft); margin: .6rem 0 .9rem; }
      .tabs > label:first-of-type { border-radius: 8px 0 0 8px; } .tabs > label:last-of-type { border-radius: 0 8px 8px 0; border-left: 0; }
      .tabs > input:checked + label { background: var(--text); border-color: var(--text); color: var(--page); }
      .tabs > input:focus-visible + label { outline: 2px solid var(--link); outline-offset: 2px; }
      .tabs > .tab { display: none; }
      .tabs > input:nth-of-type(1):checked ~ .tab:nth-of-type(1), .tabs > input:nth-of-type(2):checked ~ .tab:nth-of-type(2) { display: block; }
      .tab-name { display: none; }

      .scroll { overflow-x: auto; margin: .8rem 0; -webkit-overflow-scrolling: touch; }
      .scroll:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
      .picture { border: 1px solid var(--line); border-radius: 14px; overflow-x: auto; padding: 6px; }
      .picture svg { display: block; width: 100%; height: auto; min-width: 820px; margin: 0 auto; }

      table { border-collapse: collapse; width: 100%; font-size: .9rem; }
      caption { text-align: left; padding: 0 0 .5rem; }
      th, td { text-align: left; vertical-align: top; padding: .55rem .75rem; border-bottom: 1px solid var(--line); }
      thead th { font-size: .78rem; font-weight: 600; color: var(--soft); border-bottom-color: var(--strong); white-space: nowrap; }
      td.number, th.number { text-align: right; white-space: nowrap; }
      td.tight { white-space: nowrap; }
      tbody th { font-weight: 600; }
      .at { color: var(--soft); white-space: nowrap; }
      .witness { display: block; margin-top: .15rem; color: var(--soft); }

      .badge { display: inline-block; border-radius: 999px; padding: .06rem .62rem; font-size: .78rem; font-weight: 620;
        border: 1px solid var(--strong); color: var(--soft); white-space: nowrap; }
      .badge.good { color: var(--good); background: var(--good-bg); border-color: var(--good-line); }
      .badge.bad { color: var(--bad); background: var(--bad-bg); border-color: var(--bad-line); }
      .badge.warn { color: var(--warn); background: var(--warn-bg); border-color: var(--warn-line); }
      .badge.note { color: var(--note); background: var(--note-bg); border-color: var(--note-line); }

      .path { display: inline-flex; flex-wrap: wrap; gap: .1rem .1rem; align-items: baseline; }
      .path span { white-space: nowrap; }
      .path span + span::before { content: "\\2192"; color: var(--soft); padding: 0 .4rem; }
      .path span:last-child { font-weight: 600; }

      .matrix { table-layout: auto; min-width: 640px; }
      .matrix th small { display: block; font-weight: 400; }
      .matrix th.corner { font-weight: 400; }
      .matrix tbody th { position: sticky; left: 0; background: var(--page); border-right: 1px solid var(--strong); z-index: 1; }
      .matrix td { border: 1px solid var(--line); font-size: .82rem; min-width: 92px; }
      .matrix td.denied { background: var(--raised); } .matrix td.outside { background: repeating-linear-gradient(135deg, transparent 0 6px, var(--line) 6px 7px); }
      .matrix td.permitted { background: var(--good-bg); border-color: var(--good-line); }
      .matrix td.conditional { background: var(--warn-bg); border-color: var(--warn-line); }
      .matrix .nothing { color: var(--soft); opacity: .75; font-size: .78rem; }
      .entry + .entry { margin-top: .3rem; }
      .entry .ports { font-weight: 650; white-space: nowrap; margin-right: .4em; }
      .entry .rules { overflow-wrap: break-word; }
      .mark { display: inline-block; font-size: .68rem; font-weight: 650; line-height: 1.35; border-radius: 4px; padding: 0 .35em; margin-left: .35em; border: 1px solid; }
      .legs-mark { color: var(--note); background: var(--note-bg); border-color: var(--note-line); }
      .legend { display: flex; flex-wrap: wrap; gap: .35rem 1.3rem; max-width: none; margin: .4rem 0 0; padding: 0; list-style: none; }
      .legend .mark { margin-left: 0; }
      .swatch { display: inline-block; width: 24px; height: 15px; line-height: 15px; text-align: center; vertical-align: -2px; border-radius: 4px; border: 1px solid var(--line); }
      .swatch.conditional { background: var(--warn-bg); border-color: var(--warn-line); }
      .swatch.permitted { background: var(--good-bg); border-color: var(--good-line); } .swatch.denied { background: var(--raised); border-color: var(--strong); }

      .steps { padding-left: 1.3rem; } .steps li { margin: .5rem 0; }
      .steps .code { display: block; width: fit-content; max-width: 100%; margin-top: .25rem; padding: .3rem .7rem; border-radius: 8px; background: var(--raised); border: 1px solid var(--line); }
      .none { color: var(--soft); }
      footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .84rem; }

      @media (max-width: 760px) {
        main { padding: 0 16px 48px; } nav { margin: 0 -16px; padding: 0 16px; }
        h1 { font-size: 1.5rem; } .big { font-size: 2.2rem; } .top { padding-top: 1.6rem; }
        .hero { grid-template-columns: 1fr; } .tiles { grid-template-columns: 1fr 1fr; }
        section { padding-top: 1.8rem; margin-top: 1.8rem; }
        .stack thead { display: none; }
        .stack, .stack tbody, .stack tr, .stack td, .stack th { display: block; width: 100%; }
        .stack tr { border: 1px solid var(--line); border-radius: 10px; padding: .5rem .8rem; margin-bottom: .6rem; }
        .stack td, .stack tbody th { border: 0; padding: .2rem 0; text-align: left; white-space: normal; }
        .stack td[data-name]::before { content: attr(data-name); display: block; font-size: .74rem; color: var(--soft); }
        .stack td:empty { display: none; }
      }
      @media print {
        body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
        nav, .tabs > label { display: none; }
        .tabs > .tab { display: block; } .tab-name { display: block; }
        section { break-inside: auto; padding-top: 1rem; margin-top: 1rem; }
        h2, h3 { break-after: avoid; } tr, .panel, .tile, .notice { break-inside: avoid; }
        .picture { border: 0; break-inside: avoid; overflow: visible; } .picture svg { min-width: 0; max-height: 24cm; }
        .scroll { overflow: visible; } .matrix { min-width: 0; } .matrix td { min-width: 0; }
        * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
      }
      """;

  private HtmlStyle() {}
}
