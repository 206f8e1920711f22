/** The entry point. */

import { render } from "preact";
import { App } from "./app";
import { keepScrollPositions } from "./scroll-positions";
import { followSession } from "./session";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/print.css";

keepScrollPositions();
followSession();
const root = document.getElementById("app");
if (root !== null) {
  render(<App />, root);
}
