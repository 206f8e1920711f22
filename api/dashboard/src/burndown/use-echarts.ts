/** Hooks that draw a chart with ECharts, and measure an element. */

import { options, type RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { loadChunk } from "../chunks";
import type { ECharts } from "./echarts";
import { chartOption } from "./echarts-option";
import type { Layout } from "./layout";
import type { ChartData } from "./lines";

/** Load ECharts; called early so that it loads while the data is requested. */
export const loadECharts = () => loadChunk(() => import("./echarts"));

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Draw the chart into the container and return whether it is drawn. */
export function useECharts(
  container: RefObject<HTMLElement | null>,
  data: ChartData,
  layout: Layout | null,
): boolean {
  const chart = useRef<ECharts | null>(null);
  const [isLoaded, setIsLoaded] = useState(false);
  const [isDrawn, setIsDrawn] = useState(false);

  useEffect(() => {
    let isUnmounted = false;
    loadECharts().then((loaded) => {
      if (loaded !== null && !isUnmounted && container.current !== null) {
        chart.current = loaded.createChart(container.current);
        setIsLoaded(true);
      }
    });
    return () => {
      isUnmounted = true;
      chart.current?.dispose();
      chart.current = null;
    };
  }, [container]);

  useLayoutEffect(() => {
    if (isLoaded && layout !== null && chart.current !== null) {
      chart.current.resize({ width: layout.width, height: layout.height });
      chart.current.setOption(chartOption(data, layout), { notMerge: true, lazyUpdate: false });
      setIsDrawn(true);
    }
  }, [isLoaded, data, layout]);

  return isDrawn;
}

/** Return the size of an element, and update it when it changes; on paper it is as wide as the page. */
export function useElementSize(container: RefObject<HTMLElement | null>): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const element = container.current;
    if (element === null) {
      return;
    }
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // A page is laid out for print and printed at once: no frame follows in which to draw anew.
    const print = window.matchMedia("print");
    const measureNow = () => renderNow(measure);
    print.addEventListener("change", measureNow);
    return () => {
      observer.disconnect();
      print.removeEventListener("change", measureNow);
    };
  }, [container]);
  return size;
}

/** Change a state, and render what follows from it before returning. */
function renderNow(change: () => void): void {
  const debounce = options.debounceRendering;
  options.debounceRendering = (render) => render();
  change();
  if (debounce === undefined) {
    delete options.debounceRendering;
  } else {
    options.debounceRendering = debounce;
  }
}
