/** Whether the screen is as narrow as a phone's. */

import { useEffect, useState } from "preact/hooks";

/** The same width as in the style sheets. */
const NARROW = "(max-width: 40rem)";

export function useNarrowScreen(): boolean {
  const [isNarrow, setIsNarrow] = useState(() => window.matchMedia(NARROW).matches);
  useEffect(() => {
    const media = window.matchMedia(NARROW);
    const update = () => setIsNarrow(media.matches);
    media.addEventListener("change", update);
    return () => media.removeEventListener("change", update);
  }, []);
  return isNarrow;
}
