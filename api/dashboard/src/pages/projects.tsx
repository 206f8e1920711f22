/** The projects that one may read: where each stands. */

import { PageTitle } from "../components/page-title";

export default function Projects() {
  return <PageTitle title="Projects" />;
}
