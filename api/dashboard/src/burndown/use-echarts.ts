/** ECharts in an element: loaded where the first chart is drawn, told anew what to draw, and let go of. */

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ECharts } from "./echarts";
import { drawing } from "./echarts-option";
import type { Layout } from "./layout";
import type { Picture } from "./lines";

/** Begins to load ECharts; whoever knows that a chart will follow need not wait for its numbers. */
export const loadECharts = () => import("./echarts");

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Whether the chart is drawn. */
export function useDrawing(
  place: RefObject<HTMLElement | null>,
  picture: Picture,
  layout: Layout | null,
): boolean {
  const chart = useRef<ECharts | null>(null);
  const [loaded, setLoaded] = useState(false);
  const [drawn, setDrawn] = useState(false);

  useEffect(() => {
    let gone = false;
    loadECharts().then(({ start }) => {
      if (!gone && place.current !== null) {
        chart.current = start(place.current);
        setLoaded(true);
      }
    });
    return () => {
      gone = true;
      chart.current?.dispose();
      chart.current = null;
    };
  }, [place]);

  useLayoutEffect(() => {
    if (loaded && layout !== null && chart.current !== null) {
      chart.current.resize({ width: layout.width, height: layout.height });
      chart.current.setOption(drawing(picture, layout), { notMerge: true, lazyUpdate: false });
      setDrawn(true);
    }
  }, [loaded, picture, layout]);

  return drawn;
}

/** How large an element is, now and whenever that changes. */
export function useSize(place: RefObject<HTMLElement | null>): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) {
      return;
    }
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [place]);
  return size;
}
