/** The entry point. */

import { render } from "preact";
import { App } from "./app";
import { keepScrollPositions } from "./scroll-positions";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/print.css";

keepScrollPositions();
const root = document.getElementById("app");
if (root !== null) {
  render(<App />, root);
}
