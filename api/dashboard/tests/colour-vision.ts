/** How people with a colour deficiency see colours. */

import { type Color, converter, differenceCiede2000, type Rgb, wcagContrast } from "culori";

type Matrix = readonly [readonly number[], readonly number[], readonly number[]];

/**
 * Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision
 * Deficiency" (2009), severity 1, on linear RGB.
 */
const DEFICIENCIES: Readonly<Record<string, Matrix>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

export const VISIONS = ["normal vision", ...Object.keys(DEFICIENCIES)] as const;

const toLinear = converter("lrgb");
const toRgb = converter("rgb");
const difference = differenceCiede2000();

/** Return a colour as somebody with this vision sees it. */
export function see(colour: string, vision: string): Color {
  const linear = toLinear(colour);
  if (linear === undefined) {
    throw new Error(`not a colour: ${colour}`);
  }
  const matrix = DEFICIENCIES[vision];
  if (matrix === undefined) {
    return linear;
  }
  const { r, g, b } = linear;
  const [red, green, blue] = matrix.map((row) =>
    Math.min(1, Math.max(0, (row[0] ?? 0) * r + (row[1] ?? 0) * g + (row[2] ?? 0) * b)),
  );
  return { mode: "lrgb", r: red ?? 0, g: green ?? 0, b: blue ?? 0 };
}

/** Return the CIEDE2000 difference of two colours; 1 is just noticeable side by side. */
export function differ(one: string, other: string, vision: string): number {
  return difference(see(one, vision), see(other, vision));
}

/** Return the contrast of two colours, from 1 to 21, as WCAG 2 defines it. */
export function contrast(one: string, other: string, vision: string): number {
  return wcagContrast(toRgb(see(one, vision)) as Rgb, toRgb(see(other, vision)) as Rgb);
}
