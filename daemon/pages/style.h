// SPDX-License-Identifier: Apache-2.0
// The one style sheet of the server-made pages, inlined in each: light and dark by the browser's preference, from phone
// width up.
#pragma once

#include <string_view>

namespace yard::html {

inline constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1c2430;--soft:#5b6675;--line:#e1e5eb;--head:#f9fafb;--link:#0b5fc0;
--ok:#12703a;--ok-bg:#dff5e6;--bad:#b3261e;--bad-bg:#fde7e5;--run:#0b5fc0;--run-bg:#e1eefc;--wait:#7a5200;--wait-bg:#fdf0d0;
--off:#56606e;--off-bg:#e9ecf0;--code:#f3f5f8}
@media (prefers-color-scheme:dark){:root{--bg:#101419;--card:#181e26;--ink:#e4e8ee;--soft:#9aa5b3;--line:#2a323d;--head:#1c232c;--link:#7ab4ff;
--ok:#7fdda0;--ok-bg:#133322;--bad:#ff9d94;--bad-bg:#3d1a18;--run:#8dc0ff;--run-bg:#152c47;--wait:#f0c674;--wait-bg:#37290d;
--off:#a7b1be;--off-bg:#28303a;--code:#12171d}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
header{background:var(--card);border-bottom:1px solid var(--line)}
header nav,main,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header nav{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem .5rem;padding-top:.7rem;padding-bottom:.7rem;font-size:.93rem}
header .brand{font-weight:650;color:var(--ink);letter-spacing:-.01em}
header .sep{color:var(--soft)}
header .here{color:var(--soft);overflow-wrap:anywhere}
main{padding-top:1.5rem;padding-bottom:2rem}
h1{font-size:1.5rem;line-height:1.25;letter-spacing:-.015em;margin:0 0 .3rem;overflow-wrap:anywhere;display:flex;flex-wrap:wrap;align-items:center;gap:.35rem .7rem}
h2{font-size:1.02rem;margin:0 0 .6rem;letter-spacing:-.005em}
h2 .count{color:var(--soft);font-weight:400}
h3{font-size:.93rem;margin:1rem 0 .4rem;overflow-wrap:anywhere}
.sub{color:var(--soft);margin:0 0 1.1rem;overflow-wrap:anywhere}
section{margin-top:1.6rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{text-align:left;padding:.5rem .9rem;border-bottom:1px solid var(--line);vertical-align:top}
th{background:var(--head);color:var(--soft);font-weight:550;font-size:.82rem;white-space:nowrap}
tbody tr:last-child td{border-bottom:0}
tbody tr:hover td{background:var(--head)}
td{max-width:26rem;overflow-wrap:break-word}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td:first-child{min-width:5.6rem}
td .name{white-space:normal;overflow-wrap:break-word}
td div.name{min-width:13rem;font-size:.86rem;padding-top:.15rem}
h1+.card,h1+.notice{margin-top:1rem}
td.n .name{display:inline-block;min-width:6.5rem}
.card+.sub{margin:.8rem .2rem 0}
.badge{display:inline-block;border-radius:999px;padding:.1rem .6rem;font-size:.8rem;font-weight:600;line-height:1.45;white-space:nowrap;color:var(--off);background:var(--off-bg);letter-spacing:0}
.badge.ok{color:var(--ok);background:var(--ok-bg)}
.badge.bad{color:var(--bad);background:var(--bad-bg)}
.badge.run{color:var(--run);background:var(--run-bg)}
.badge.wait{color:var(--wait);background:var(--wait-bg)}
time{white-space:nowrap}
.soft{color:var(--soft)}
.notice{border-radius:10px;padding:.75rem 1rem;margin:0 0 1rem;overflow-wrap:anywhere;background:var(--off-bg);color:var(--ink)}
.notice.bad{background:var(--bad-bg);color:var(--bad)}
.notice.bad strong{font-weight:650}
.notice.warn{background:var(--wait-bg);color:var(--wait)}
.notice p{margin:0}
.notice details{margin-top:.5rem}
.notice pre{background:transparent;padding:.4rem 0 0;max-height:none;color:inherit}
summary{cursor:pointer}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) minmax(0,1fr);gap:.4rem 1.2rem;margin:0;padding:.9rem 1rem;font-size:.93rem}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code,pre{font:.86rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK SC",monospace}
dd code{background:var(--code);border-radius:4px;padding:.05rem .3rem;overflow-wrap:anywhere;white-space:pre-wrap}
pre{margin:0;padding:.9rem 1rem;overflow:auto;max-height:34rem;background:var(--code);white-space:pre;tab-size:8}
.empty{color:var(--soft);padding:1.1rem 1rem;margin:0}
.tag{display:inline-block;border:1px solid var(--line);border-radius:6px;padding:0 .45rem;margin:0 .3rem .2rem 0;font-size:.86rem;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:.82rem;padding-bottom:2rem}
@media (max-width:40rem){header nav,main,footer{padding-left:.9rem;padding-right:.9rem}main{padding-top:1.1rem}h1{font-size:1.28rem}
th,td{padding:.45rem .7rem}dl{grid-template-columns:1fr;gap:.05rem}dd{margin-bottom:.5rem}}
)css";

}  // namespace yard::html
