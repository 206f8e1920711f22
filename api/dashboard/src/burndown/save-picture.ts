/** Makes a PNG of the burn-down, in the colours of the light theme. */

import { saveFile } from "../text/save-file";
import { drawPicture, type Picture } from "./chart-picture";
import { chartOption } from "./echarts-option";
import type { ChartData } from "./lines";
import { loadECharts } from "./use-echarts";

/** Pixels of the file for each of the picture, for screens and prints that show more. */
const DENSITY = 2;

interface Texts {
  readonly file: string;
  readonly title: string;
  readonly about: string;
}

/** Save the chart as a PNG file; return whether it could be drawn. */
export async function savePicture(data: ChartData, { file, ...texts }: Texts): Promise<boolean> {
  const charts = await loadECharts();
  const measure = createMeasure();
  if (charts === null || measure === null) {
    return false;
  }
  const picture = withLightColours((styles) =>
    drawPicture({
      ...texts,
      data,
      drawPlot: (layout) => charts.drawSvg(chartOption(data, layout), layout.width, layout.height),
      measure,
      colourOf: (property) => styles.getPropertyValue(property).trim(),
      fontFamily: bodyFont(),
    }),
  );
  const content = await rasterize(picture);
  if (content === null) {
    return false;
  }
  saveFile(file, content);
  return true;
}

/** Call with the styles of an element that has the light theme whatever the page has. */
function withLightColours<T>(call: (styles: CSSStyleDeclaration) => T): T {
  const probe = document.createElement("div");
  probe.className = "light-colours";
  probe.hidden = true;
  document.body.append(probe);
  const result = call(getComputedStyle(probe));
  probe.remove();
  return result;
}

function bodyFont(): string {
  return getComputedStyle(document.body).fontFamily;
}

function createMeasure() {
  const context = document.createElement("canvas").getContext("2d");
  const family = bodyFont();
  return context === null
    ? null
    : (text: string, size: number, isBold: boolean) => {
        context.font = `${isBold ? "600 " : ""}${size}px ${family}`;
        return context.measureText(text).width;
      };
}

async function rasterize({ svg, width, height }: Picture): Promise<Blob | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  const canvas = document.createElement("canvas");
  canvas.width = width * DENSITY;
  canvas.height = height * DENSITY;
  const context = canvas.getContext("2d");
  const isLoaded = await image.decode().then(
    () => true,
    () => false,
  );
  if (context === null || !isLoaded) {
    return null;
  }
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
