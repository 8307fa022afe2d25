// SPDX-License-Identifier: Apache-2.0
import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style/colors.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/parts.css";
import "./style/grid.css";
import "./style/pages.css";
import "./style/charts.css";
import "./style/files.css";
import "./style/log.css";
import "./style/compare.css";
import "./style/sweep.css";
import "./style/phone.css";
import { App } from "./app.tsx";
import { startLive } from "./live/changes.ts";
import { followLinks } from "./router.ts";
import { preferredLanguage, speak } from "./text/text.ts";
import { showHarmlessly } from "./ui/harmless.ts";
import { startTheme } from "./ui/theme.ts";

showHarmlessly();
startTheme();
startLive();
followLinks();
await speak(preferredLanguage());
const container = document.getElementById("portal")!;
container.replaceChildren(); // index.html says here that the portal has not started
render(<App />, container);
