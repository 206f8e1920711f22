/** Settings of the service: tokens. */

import { PageTitle } from "../components/page-title";

export default function Settings() {
  return <PageTitle title="Settings" />;
}
