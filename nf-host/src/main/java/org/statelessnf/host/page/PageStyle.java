package org.statelessnf.host.page;

/** How the page looks, by day and by night. */
public final class PageStyle {
  /** Style sheet of every page. */
  public static final String CSS =
      """
      :root {
        --bg: #ffffff; --fg: #1b2330; --muted: #5a6878; --line: #dde3ea; --card: #f6f8fa;
        --one: #b7791f; --many: #2463a6; --apart: #c23b31; --good: #1b7a48; --dead: #8a94a3;
      }
      @media (prefers-color-scheme: dark) {
        :root {
          --bg: #11161d; --fg: #e3e9f1; --muted: #93a2b5; --line: #2a3443; --card: #19202a;
          --one: #e3ab55; --many: #6aaef2; --apart: #f0786d; --good: #5fd29a; --dead: #717d8d;
        }
      }
      * { box-sizing: border-box; }
      body {
        margin: 0; background: var(--bg); color: var(--fg);
        font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
      }
      main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
      .eyebrow {
        margin: 0; color: var(--muted); font-size: 13px; letter-spacing: .08em;
        text-transform: uppercase;
      }
      h1 { margin: 6px 0 10px; font-size: 34px; line-height: 1.2; letter-spacing: -.01em; }
      h2 { margin: 52px 0 6px; font-size: 22px; }
      p { margin: 0 0 14px; max-width: 76ch; }
      .lead { font-size: 18px; color: var(--muted); margin-bottom: 26px; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { padding: 8px 14px 8px 0; border-bottom: 1px solid var(--line); text-align: right; }
      th:first-child, td.text { text-align: left; }
      thead th { color: var(--muted); font-size: 13px; font-weight: 500; vertical-align: bottom; }
      tbody th { font-weight: 600; }
      .good { color: var(--good); font-weight: 600; }
      .bad { color: var(--apart); font-weight: 600; }
      figure {
        margin: 0 0 18px; padding: 16px 18px; background: var(--card);
        border: 1px solid var(--line); border-radius: 10px;
      }
      figcaption { font-weight: 600; margin-bottom: 8px; }
      svg { display: block; width: 100%; height: auto; }
      .row { display: grid; gap: 18px; grid-template-columns: repeat(auto-fit, minmax(290px, 1fr)); }
      .row figure { margin: 0 0 10px; padding: 12px; }
      .legend { color: var(--muted); font-size: 14px; margin: 0 0 10px; }
      .key { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin: 0 6px -1px 0; }
      .key:not(:first-child) { margin-left: 16px; }
      .key.one { background: var(--one); } .key.many { background: var(--many); }
      .key.apart { background: var(--apart); } .key.dead { background: var(--dead); }
      pre {
        margin: 0; padding: 16px 18px; overflow-x: auto; background: var(--card);
        border: 1px solid var(--line); border-radius: 10px; font-size: 13px; line-height: 1.5;
      }
      code { font-size: .92em; }
      footer { margin-top: 52px; padding-top: 18px; border-top: 1px solid var(--line); color: var(--muted); font-size: 14px; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 0; }
      dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
      svg text { fill: var(--fg); font: 12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
      svg .tick { fill: var(--muted); font-size: 11px; }
      svg .title { font-weight: 600; }
      svg .value { fill: var(--muted); font-size: 11.5px; font-variant-numeric: tabular-nums; }
      svg .killed { fill: var(--apart); font-weight: 600; font-size: 11px; }
      svg .grid { stroke: var(--line); stroke-width: 1; }
      svg .axis { stroke: var(--muted); stroke-width: 1; }
      svg .kill { stroke: var(--apart); stroke-width: 1.5; stroke-dasharray: 4 3; }
      svg .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
      svg .curve.one { stroke: var(--one); } svg .curve.many { stroke: var(--many); }
      svg rect.one { fill: var(--one); } svg rect.many { fill: var(--many); }
      svg rect.apart { fill: var(--apart); }
      svg .share { fill: var(--many); }
      svg .s0 { opacity: .95; } svg .s1 { opacity: .72; } svg .s2 { opacity: .52; } svg .s3 { opacity: .34; }
      svg .share.dead { fill: var(--dead); opacity: .9; }
      """;

  private PageStyle() {}
}
